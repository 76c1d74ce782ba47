# tasks.py - tasks of asyncio that wait for each other, and some that fail.
import asyncio


async def work(i, queue):
    try:
        await asyncio.wait_for(queue.put(i), 5)
        if i % 7 == 0:
            raise ValueError(i)
    except ValueError as error:
        return error
    return i


async def main():
    queue, total = asyncio.Queue(), 0
    for _ in range(40):
        await asyncio.gather(*[work(i, queue) for i in range(100)])
        while not queue.empty():
            total += queue.get_nowait()
    return total


print(asyncio.run(main()))
