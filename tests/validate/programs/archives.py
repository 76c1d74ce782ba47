# archives.py - archives in memory: written, listed and read.
import io
import tarfile
import zipfile

total = 0
for turn in range(6):
    tar, zipped = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode='w') as archive:
        for i in range(250):
            info = tarfile.TarInfo('folder%d/file%d' % (i % 9, i))
            info.size = i
            archive.addfile(info, io.BytesIO(b'x' * i))
    with zipfile.ZipFile(zipped, 'w') as archive:
        for i in range(250):
            archive.writestr('file%d' % i, 'y' * i)
    tar.seek(0)
    with tarfile.open(fileobj=tar) as archive:
        total += sum(member.size for member in archive.getmembers())
    with zipfile.ZipFile(zipped) as archive:
        total += sum(len(archive.read(name)) for name in archive.namelist())
print(total)
