<?php
// replay - a trace (workloads/trace/trace.h), over and over, as workloads/replay.c does it: operations on PHP objects.
//
// Objects are elements of one array, and have no other name here: one that were kept in a variable would be given up again, and so
// become a candidate of the collector, though no operation has given it up. Strings have no identity, so an atom is an object.

function refuse(string $text): void
{
    fwrite(STDERR, "php: $text\n");
    exit(2);
}

// A path, or a name in a folder of workloads, as --input has it.
function find(string $name, string $folder, string $ending): string
{
    $others = $folder === 'scenarios' ? explode(':', (string) getenv('SCENARIO_PATH')) : [];
    $places = array_map(fn($place) => "$place/$name$ending", [__DIR__ . "/../../workloads/$folder", ...$others]);
    return current(array_filter([$name, ...$places], 'is_file')) ?: $name;
}

function read(string $path): string
{
    $data = @file_get_contents($path);
    if ($data === false) {
        refuse("$path: No such file or directory");
    }
    return $data;
}

function varint(string $data, int &$at): int
{
    $value = $shift = 0;
    do {
        $byte = ord($data[$at++]);
        $value |= ($byte & 127) << $shift;
        $shift += 7;
    } while ($byte > 127);
    return $value;
}

// The header, and the operations as [name, operands...]; a mark is null.
function read_trace(string $path): array
{
    $data = read($path);
    if (substr($data, 0, 8) !== "HBTRACE\0" || unpack('V', $data, 8)[1] !== 1) {
        refuse("$path is no trace of version 1");
    }
    $at = 28 + unpack('V', $data, 12)[1];
    $header = json_decode(substr($data, 28, $at - 28), true);
    $table = array_column($header['table'], null, 0);
    $operations = [];
    while ($at < strlen($data)) {
        $number = varint($data, $at);
        if ($number === 0) {
            $operations[] = null;
            continue;
        }
        [, $name, $letters] = $table[$number];
        method_exists('Machine', $name) || refuse("$path: operation $name is not known here");
        $operation = [$name];
        foreach ($letters === '' ? [] : str_split($letters) as $letter) {
            $value = varint($data, $at);
            if ($letter === 'z') {
                $value = ($value >> 1 & PHP_INT_MAX) ^ -($value & 1);
            } elseif ($letter === 'k') {
                $at += $value;
                $value = substr($data, $at - $value, $value);
            }
            $operation[] = $value;
        }
        $operations[] = $operation;
    }
    return [$header, $operations];
}

class Atom
{
    public ?string $external = null;
    public function __construct(public string $payload)
    {
    }
}

class Fixed // a node, a tuple, a dict
{
    public array $slots;
    // Made here: an array that came as an argument would be given up by the caller, and so become a candidate of the collector.
    public function __construct(int $slots, public string $payload)
    {
        $this->slots = array_fill(0, $slots, null);
    }
}

// The program wants it back when it is unreachable. PHP destroys an object once, so one that was handed back is guarded no more.
class Guarded extends Fixed
{
    public static array $handed_back = [];
    public static bool $gone = false; // there is no program any more that wants it
    public bool $guarded = false;
    public function __destruct()
    {
        if ($this->guarded && !self::$gone) {
            self::$handed_back[] = $this;
        }
    }
}

class Many
{
    public array $slots = [];
    public int $capacity = 0;
}

// A hash of what the program saw, in two halves: 64 bits would become a float.
class Observer
{
    protected int $low = 0, $high = 0;

    public function observed(): string { return sprintf('0x%08x%08x', $this->high, $this->low); }
    protected function observe(int $value): void
    {
        $x = ($this->low ^ $value) & 0xffffffff;
        $product = $x * 0x1b3;
        $sum = ($product & 0xffffffff) + 0x7f4a7c15;
        $high = ($this->high ^ $value >> 32) * 0x1b3 + ($product >> 32) + ($x << 8) + 0x9e3779b9 + ($sum >> 32); // times 2^40 + 0x1b3
        $this->low = $sum & 0xffffffff;
        $this->high = $high & 0xffffffff;
    }
}

// The operations of the contract (allocators/vocabulary.h). null is an empty reference.
class Machine extends Observer
{
    public array $r;
    private array $frames = [];
    private int $serial = 0;
    private array $interned = [];
    private array $ints = [];

    // node_class: Guarded, which takes more of the collector's time, only where the trace guards anything.
    public function __construct(int $registers, private string $node_class) { $this->r = array_fill(0, $registers, null); }
    private function fill(int $count): string { return substr(str_repeat(pack('P', ++$this->serial), intdiv($count, 8) + 1), 0, $count); }
    // As allocators/parts/list.h has it: what is observed of it must be the same everywhere.
    private function resize(int $l, int $before): void
    {
        $length = count($this->r[$l]->slots);
        $capacity = $this->r[$l]->capacity;
        if ($length <= $capacity && $length >= $capacity >> 1) {
            return;
        }
        $capacity = $length ? $length + ($length >> 3) + 6 & ~3 : 0;
        if ($length > $before && $length - $before > $capacity - $length) {
            $capacity = $length + 3 & ~3;
        }
        $this->r[$l]->capacity = $capacity;
    }
    private function kind_of(int $o): int { return $this->r[$o] instanceof Fixed ? 1 : ($this->r[$o] instanceof Many ? 2 : 0); }
    private function length_of(int $o): int { return $this->r[$o] instanceof Atom ? 0 : count($this->r[$o]->slots); }
    public function new_atom(int $d, int $count): void { $this->r[$d] = new Atom($this->fill($count)); }
    public function new_node(int $d, int $slots, int $count): void
    {
        $this->r[$d] = new $this->node_class($slots, $this->fill($count));
    }
    public function new_dict(int $d, int $slots): void { $this->r[$d] = new Fixed($slots, ''); }
    public function new_list(int $d): void { $this->r[$d] = new Many(); }
    public function new_tuple(int $d, int $e): void
    {
        $slots = $this->r[$e]->slots;
        $this->r[$d] = new Fixed(0, '');
        $this->r[$d]->slots = $slots;
    }
    public function new_external(int $d, int $count): void
    {
        $this->r[$d] = new Atom($this->fill(8));
        $this->r[$d]->external = str_repeat("\0", $count);
    }
    public function intern(int $d, string $key): void { $this->r[$d] = $this->interned["=$key"] ??= new Atom($key); }
    public function small_int(int $d, int $value): void
    {
        if ($value >= -5 && $value <= 256) {
            $this->r[$d] = $this->ints[$value] ??= new Atom(pack('q', $value));
        } else {
            $this->r[$d] = new Atom(pack('q', $value));
        }
    }
    public function copy(int $d, int $r): void { $this->r[$d] = $this->r[$r]; }
    public function clear(int $d): void { $this->r[$d] = null; }
    public function load(int $d, int $c, int $i): void
    {
        $this->r[$d] = $this->r[$c]->slots[$i];
        $this->observe($this->r[$d] === null ? 1 : 0);
    }
    public function borrow(int $d, int $c, int $i): void
    {
        $this->r[$d] = $this->r[$c]->slots[$i];
        $this->observe($this->r[$d] === null ? 3 : $this->kind_of($d) | $this->length_of($d) << 2);
        $this->r[$d] = null;
    }
    public function store(int $c, int $i, int $r): void { $this->r[$c]->slots[$i] = $this->r[$r]; }
    public function put(int $m, int $i, int $r): void { $this->r[$m]->slots[$i] = $this->r[$r]; }
    public function move(int $c, int $i, int $r): void
    {
        $this->r[$c]->slots[$i] = $this->r[$r];
        $this->r[$r] = null;
    }
    public function append(int $l, int $r): void
    {
        $this->r[$l]->slots[] = $this->r[$r];
        $this->resize($l, count($this->r[$l]->slots) - 1);
    }
    public function pop(int $d, int $e): void
    {
        $last = count($this->r[$e]->slots) - 1;
        // The list may be what d held, and go with it, so it is done with before that.
        $value = array_pop($this->r[$e]->slots);
        $this->resize($e, $last + 1);
        $this->r[$d] = $value;
        $this->observe($value === null ? 1 : 0);
    }
    public function truncate(int $l, int $length): void
    {
        $before = count($this->r[$l]->slots);
        array_splice($this->r[$l]->slots, $length);
        $this->resize($l, $before);
    }
    public function same(int $a, int $b): void { $this->observe($this->r[$a] === $this->r[$b] ? 1 : 0); }
    public function is_empty(int $r): void { $this->observe($this->r[$r] === null ? 1 : 0); }
    public function kind(int $o): void { $this->observe($this->kind_of($o)); }
    public function length(int $o): void { $this->observe($this->length_of($o)); }
    public function capacity(int $o): void { $this->observe($this->r[$o] instanceof Many ? $this->r[$o]->capacity : $this->length_of($o)); }
    public function payload_bytes(int $o): void { $this->observe($this->r[$o] instanceof Many ? 0 : strlen($this->r[$o]->payload)); }
    public function payload(int $o): void
    {
        if (!$this->r[$o] instanceof Many && $this->r[$o]->payload !== '') {
            $this->observe(ord($this->r[$o]->payload[0]));
        }
    }
    public function enter(int $count): void
    {
        $this->frames[] = $count;
        for ($i = 0; $i < $count; $i++) {
            $this->r[] = null;
        }
    }
    public function leave(): void
    {
        for ($i = array_pop($this->frames); $i > 0; $i--) {
            array_pop($this->r);
        }
    }
    public function collect(): void { gc_collect_cycles(); }
    public function enable(int $yes): void { $yes ? gc_enable() : gc_disable(); }
    public function guard(int $o): void { $this->r[$o]->guarded = true; }
    public function guarded_take(int $d): void // which one it is, and whether there is any, differs between strategies
    {
        $this->r[$d] = null;
        array_shift(Guarded::$handed_back);
    }
    public function restart(): void
    {
        foreach (array_keys($this->r) as $i) {
            $this->r[$i] = null;
        }
        $this->serial = 0;
    }
    // What has no meaning here.
    public function region_begin(): void {}
    public function region_end(): void {}
    public function long_lived(): void {}
    public function verify(): void {}
    public function freeze(): void {}
    public function unfreeze(): void {}
}

// A trace, over and over, as workloads/replay.c does it.
class Replay
{
    public array $phases = [], $params; // all steps are one phase
    public bool $waits = false;
    private Machine $machine;
    private array $program, $depth;
    private int $setup_operations, $step_operations, $at = 0, $open = 0;

    public function __construct(string $name, array $params)
    {
        [$header, $this->program] = read_trace(find($name, 'traces', '.trace'));
        $this->step_operations = (int) ($params['step_operations'] ?? 1000);
        $this->params = ['step_operations' => $this->step_operations];
        $guards = array_filter($this->program, fn($o) => $o && $o[0] === 'guard');
        $this->machine = new Machine($header['registers'], $guards ? Guarded::class : Fixed::class);
        $this->setup_operations = $header['setup_operations'] ?? 0;
        $opens = ['enter' => 1, 'region_begin' => 1, 'leave' => -1, 'region_end' => -1];
        $this->depth = array_map(fn($o) => $opens[$o[0] ?? ''] ?? 0, $this->program);
    }
    private function run(int $most, bool $to_mark): void
    {
        for ($done = 0;;) {
            if ($this->at === count($this->program)) {
                if ($to_mark && $done && !$this->open) {
                    return;
                }
                $this->machine->restart();
                $this->at = 0;
            }
            $o = $this->program[$this->at];
            $this->open += $this->depth[$this->at++];
            if ($o === null) {
                if ($to_mark && !$this->open) {
                    return;
                }
                continue;
            }
            $this->machine->{$o[0]}($o[1] ?? 0, $o[2] ?? 0, $o[3] ?? 0);
            $done++;
            if (!$to_mark && $done >= $most && !$this->open) {
                return;
            }
        }
    }
    public function setup(): void
    {
        if ($this->setup_operations) {
            $this->run($this->setup_operations, false);
        }
    }
    public function observed(): string { return $this->machine->observed(); }
    public function step(): void { $this->run($this->step_operations, !$this->step_operations); }
}
