<?php
// scenario - a program with phases (workloads/scenarios), in PHP: draw for draw what workloads/scenario.c does.
//
// heapbench has checked the file, so only what PHP cannot do is refused here. Objects are those of replay.php; integers are integers. A
// set is an array in the order in which its elements came, of which those below $first are gone.

const SMALL_INTS = 257;
const CLOSE_UP_FROM = 64;
const VERBS = ['build', 'churn', 'chain', 'drop', 'touch', 'shuffle', 'idle', 'collect', 'freeze', 'finalize'];
const BARE = ['drop' => 'from', 'touch' => 'set', 'shuffle' => 'set', 'idle' => 'seconds', 'collect' => 'generation', 'freeze' => 'on'];
const SET_OF = ['build' => 'into', 'churn' => 'into', 'chain' => 'in', 'drop' => 'from'];

// $born: the steps in which the elements came, or null where nobody asks for their age.
class Set
{
    public array $items = [];
    public ?array $born = null;
    public int $first = 0;

    public function length(): int { return count($this->items) - $this->first; }
    public function add(?object $element, int $step): void
    {
        $this->items[] = $element;
        if ($this->born !== null) {
            $this->born[] = $step;
        }
    }
    public function put(int $i, ?object $element, ?int $step): void
    {
        $this->items[$this->first + $i] = $element;
        if ($this->born !== null) {
            $this->born[$this->first + $i] = $step;
        }
    }
    public function swap(int $i, int $j): void
    {
        [$item, $born] = [$this->items[$this->first + $i], $this->born[$this->first + $i] ?? null];
        $this->put($i, $this->items[$this->first + $j], $this->born[$this->first + $j] ?? null);
        $this->put($j, $item, $born);
    }
    public function keep(array $kept): void // only the elements at these places, counted from the oldest
    {
        $this->items = array_map(fn($i) => $this->items[$this->first + $i], $kept);
        $this->born = $this->born === null ? null : array_map(fn($i) => $this->born[$this->first + $i], $kept);
        $this->first = 0;
    }
    public function drop_all(): void
    {
        $this->items = [];
        $this->born = $this->born === null ? null : [];
        $this->first = 0;
    }
    public function drop_oldest(int $count): void
    {
        for (; $count; $count--) {
            $this->items[$this->first++] = null;
        }
        if ($this->first >= CLOSE_UP_FROM && $this->first >= $this->length()) {
            array_splice($this->items, 0, $this->first);
            $this->born === null || array_splice($this->born, 0, $this->first);
            $this->first = 0;
        }
    }
    public function drop_newest(int $count): void
    {
        for (; $count; $count--) {
            array_pop($this->items);
            $this->born === null || array_pop($this->born);
        }
    }
    public function drop_at(int $i): void // the last one takes the place of the one that goes
    {
        $last = array_pop($this->items);
        $born = $this->born === null ? null : array_pop($this->born);
        if ($i < $this->length()) {
            $this->put($i, $last, $born);
        }
    }
}

// ------------------------------------------------------------------------------------------- structures
// What the slots of a node refer to; a number that no node has: nothing.
function targets(string $shape, int $nodes, int $node): array
{
    $before = $node ? $node - 1 : $nodes;
    if ($shape === 'tree' || $shape === 'btree') {
        $children = $shape === 'tree' ? 2 : 16;
        $parent = $node ? intdiv($node - 1, $children) : $nodes;
        $below = range($node * $children + 1, ($node + 1) * $children);
        return $shape === 'btree' && $below[0] >= $nodes ? [$parent] : [...$below, $parent];
    }
    return ['ring' => [($node + 1) % $nodes], 'queue' => [$node], 'dll' => [$node + 1, $before], 'self' => [$node + 1, $node]][$shape];
}

// How many slots each node has, the edges to higher numbers, and all edges, as [from, slot, to].
function plan(string $shape, int $nodes): array
{
    $slots = array_map(fn($node) => targets($shape, $nodes, $node), range(0, $nodes - 1));
    $open = $closing = [];
    foreach ($slots as $node => $of) {
        foreach ($of as $slot => $to) {
            if ($to < $nodes && $to > $node) {
                $open[] = [$node, $slot, $to];
            } elseif ($to < $nodes) {
                $closing[] = [$node, $slot, $to];
            }
        }
    }
    return [array_map('count', $slots), $open, [...$open, ...$closing]];
}

// ------------------------------------------------------------------------------------------- the file
// What a step does, and how far it has come: what an amount left over, sizes and elements that are used in turn.
class Action
{
    public ?Set $set, $also, $refer;
    public array $count, $some, $given, $payload, $item_payload;
    public ?array $plan = null;
    public ?string $items;
    public int $slots, $turn = 0, $item_turn = 0, $at = 0;
    public float $carry = 0;

    public function __construct(public string $verb, mixed $value, Scenario $of)
    {
        $given = is_array($value) ? $value : [BARE[$verb] => $value];
        [$this->set, $this->also, $this->refer] = array_map(fn($member) => isset($given[$member]) ? $of->set($given[$member]) : null,
            [SET_OF[$verb] ?? 'set', 'also', 'refer']);
        $amount = fn($a) => !is_array($a) ? [$a, $a, 0, null] : (isset($a['share']) ? [0, 0, $a['share'], $of->set($a['of'])]
            : [$a['from'], $a['to'], 0, null]);
        $this->given = $given;
        $this->count = $amount($given['count'] ?? ($verb === 'finalize' ? 0 : 1));
        $this->some = $amount(($given['oldest'] ?? 0) ?: ($given['newest'] ?? 0) ?: ($given['random'] ?? 0));
        $this->payload = (array) ($given['payload'] ?? 0);
        $this->item_payload = (array) ($given['item_payload'] ?? 16);
        $this->items = ($given['items'] ?? 'none') === 'none' ? null : $given['items'];
        $this->slots = $given['slots'] ?? ($verb === 'chain' ? 1 : 0);
        if (in_array($given['shape'] ?? '', ['ring', 'dll', 'tree', 'self', 'btree', 'queue'])) {
            $this->plan = plan($given['shape'], $given['nodes'] ?? 1);
        }
        if (isset($given['older_than'])) {
            $this->set->born = [];
        }
    }
}

// ------------------------------------------------------------------------------------------- the program
class Scenario extends Observer
{
    public array $phases, $params;
    public bool $waits = false; // steps pass without doing anything: a worker does them
    private array $all = [], $sets = [], $interned = [], $frame = [], $parts = [];
    private int $random_low, $random_high, $z_low = 0, $z_high = 0, $serial = 0, $count = 0, $phase, $steps, $left;

    public function __construct(string $name, array $params, int $seed)
    {
        $path = find($name, 'scenarios', '.json');
        $phases = json_decode(read($path), true)['phases'] ?? null;
        $phases || refuse("$path: accepted: a scenario that has phases");
        $this->params = ['scale' => (float) ($params['scale'] ?? 1)];
        $this->read_phases($phases, $this->params['scale'], 1);
        $this->phases = array_values(array_filter($this->all, fn($phase) => !$phase['setup']));
        [$this->random_low, $this->random_high] = [$seed & 0xffffffff, $seed >> 32 & 0xffffffff];
        $this->start_phase(0);
    }
    private function read_phases(array $phases, float $scale, int $again): void
    {
        foreach ($phases as $phase) {
            for ($i = 1; $i <= ($phase['repeat'] ?? 0); $i++) {
                $this->read_phases($phase['phases'], $scale, $i);
            }
            if (isset($phase['repeat'])) {
                continue;
            }
            $actions = [];
            foreach ([$phase, ...($phase['do'] ?? [])] as $part) {
                foreach (array_intersect_key($part, array_flip(VERBS)) as $verb => $value) {
                    $actions[] = new Action($verb, $value, $this);
                }
            }
            $forked = $phase['fork'] ?? false;
            if ($forked && !function_exists('pcntl_fork')) {
                refuse("phase '$phase[name]': this PHP has no pcntl_fork: accepted: a scenario without \"fork\"");
            }
            $scaled = ($phase['steps'] ?? 1) * $scale;
            $steps = max((int) round($scaled), 1);
            $this->all[] = ['name' => $phase['name'] . ($again > 1 ? ".$again" : ''), 'steps' => $steps, 'stretch' => $scaled / $steps,
                            'forked' => $forked, 'setup' => $phase['setup'] ?? false, 'actions' => $actions];
        }
    }
    public function set(string $name): Set { return $this->sets["=$name"] ??= new Set(); }

    // SplitMix64 (harness/base/random.h) in two halves: what is above 63 bits would become a float.
    private function next(): void
    {
        $low = $this->random_low + 0x7f4a7c15;
        $this->random_high = $this->random_high + 0x9e3779b9 + ($low >> 32) & 0xffffffff;
        $this->z_low = $this->random_low = $low & 0xffffffff;
        $this->z_high = $this->random_high;
        $this->shift_multiply(30, 0xbf58476d, 0x1ce4e5b9);
        $this->shift_multiply(27, 0x94d049bb, 0x133111eb);
        $this->shift(31);
    }
    private function shift(int $by): void // z ^= z >> by
    {
        $this->z_low ^= ($this->z_low >> $by | $this->z_high << 32 - $by) & 0xffffffff;
        $this->z_high ^= $this->z_high >> $by;
    }
    private function shift_multiply(int $by, int $high, int $low): void
    {
        $this->shift($by);
        $least = ($this->z_low & 0xffff) * $low;
        $middle = ($this->z_low >> 16) * $low + ($least >> 16);
        $this->z_high = ($middle >> 16) + $this->product($this->z_high, $low) + $this->product($this->z_low, $high) & 0xffffffff;
        $this->z_low = ($middle & 0xffff) << 16 | $least & 0xffff;
    }
    private function product(int $a, int $b): int { return ($a & 0xffff) * $b + ((($a >> 16) * $b & 0xffff) << 16); }
    private function draw(int $n): int
    {
        $this->next();
        return $this->z_high * $n >> 32;
    }
    private function share(): float
    {
        $this->next();
        return ($this->z_high << 21 | $this->z_low >> 11) * 2 ** -53;
    }
    private function bytes(array $sizes, int &$turn): int
    {
        if (isset($sizes['from'])) {
            return (int) ($sizes['from'] * ($sizes['to'] / $sizes['from']) ** $this->share());
        }
        $size = $sizes[$turn];
        $turn = $turn + 1 < count($sizes) ? $turn + 1 : 0;
        return $size;
    }
    private function amount(Action $a, array $of): int
    {
        $done = $this->steps > 1 ? ($this->steps - $this->left) / ($this->steps - 1) : 0;
        $wanted = $of[3] ? $of[2] * $of[3]->length() : $of[0] + ($of[1] - $of[0]) * $done;
        $whole = (int) floor($wanted + $a->carry);
        $a->carry += $wanted - $whole;
        return $whole;
    }
    private function see(object $o): void // what a later look at it would see
    {
        $seen = $o instanceof Many ? '' : $o->payload;
        $this->observe($seen === '' ? 0 : strlen($seen) << 16 | ord($seen[0]) << 8 | ord($seen[-1]));
    }

    // --------------------------------------------------------------------------------------- build
    private function new_node(int $slots, int $size, int $number, string $class = Fixed::class): Fixed
    {
        return new $class($slots, str_repeat(chr($number & 255), $size));
    }
    private function make_atom(Action $a): Atom
    {
        $size = $this->bytes($a->payload, $a->turn);
        if (empty($a->given['values']) && empty($a->given['interned'])) {
            return new Atom(str_repeat(chr($this->serial & 255), $size));
        }
        $key = str_pad(pack('P', empty($a->given['values']) ? $this->serial : $this->draw($a->given['values'])), $size, "\0");
        return empty($a->given['interned']) ? new Atom($key) : $this->interned["=$key"] ??= new Atom($key);
    }
    private function item(Action $a): Atom|int|null
    {
        if ($a->items === 'small_int') {
            return $this->draw(SMALL_INTS);
        }
        if ($a->items === 'int') {
            $this->next();
            return ($this->z_high << 8 | $this->z_low >> 24) + SMALL_INTS;
        }
        return $a->items ? new Atom(str_repeat(chr($this->serial & 255), $this->bytes($a->item_payload, $a->item_turn))) : null;
    }
    private function fill_slots(Action $a, Fixed $o): Fixed
    {
        $others = $a->refer ? $a->refer->length() : 0;
        for ($i = 0; $i < $a->slots && ($others || $a->items); $i++) {
            $o->slots[$i] = $others ? $a->refer->items[$a->refer->first + $this->draw($others)] : $this->item($a);
        }
        return $o;
    }
    private function class_of(Action $a): string { return empty($a->given['guarded']) ? Fixed::class : Guarded::class; }
    private function make_node(Action $a): Fixed
    {
        return $this->fill_slots($a, $this->new_node($a->slots, $this->bytes($a->payload, $a->turn), $this->serial, $this->class_of($a)));
    }
    private function make_dict(Action $a): Fixed { return $this->fill_slots($a, $this->new_node($a->slots, 0, 0)); }
    private function make_list(Action $a): Many
    {
        $made = new Many();
        for ($i = 0; $i < ($a->given['length'] ?? 0); $i++) {
            $made->slots[] = $this->item($a);
        }
        return $made;
    }
    private function make_tuple(Action $a): Fixed
    {
        $this->parts = array_slice(array_pad($this->parts, $a->given['length'], null), 0, $a->given['length']);
        for ($i = 0; $i < $a->given['length'] && $a->items; $i++) {
            $this->parts[$i] = $this->item($a);
        }
        $made = new Fixed(0, '');
        $made->slots = $this->parts;
        return $made;
    }
    private function make_external(Action $a): Atom
    {
        $atom = new Atom(pack('P', $this->serial));
        $atom->external = str_repeat("\0", $this->bytes($a->payload, $a->turn));
        return $atom;
    }
    private function make_structure(Action $a): Fixed
    {
        $size = $this->bytes($a->payload, $a->turn);
        [$slots, $open, $all] = $a->plan;
        foreach ($slots as $i => $count) {
            $this->frame[$i] = $this->new_node($count, $size, $i, $i ? Fixed::class : $this->class_of($a));
        }
        foreach ($this->share() < ($a->given['cyclic'] ?? 1) ? $all : $open as [$from, $slot, $to]) {
            $this->frame[$from]->slots[$slot] = $this->frame[$to];
        }
        $head = $this->frame[0];
        $this->frame = [];
        return $head;
    }
    private function build(Action $a): void
    {
        $make = 'make_' . ($a->plan ? 'structure' : $a->given['shape'] ?? 'atom');
        for ($count = $this->amount($a, $a->count); $count; $count--) {
            $this->place($a, $this->{$make}($a));
        }
    }
    private function churn(Action $a): void { $this->build($a); }
    private function place(Action $a, object $made): void
    {
        $this->see($made);
        if (!empty($a->given['guarded'])) {
            $made->guarded = $this->share() < $a->given['guarded'];
        }
        $have = $a->set ? $a->set->length() : 0;
        if ($a->verb === 'churn' && $have) {
            $a->set->put($this->turn($a, $have), $made, $this->count);
        } elseif ($a->set) {
            $a->set->add($made, $this->count);
            if (isset($a->given['keep_newest']) && $have >= $a->given['keep_newest']) {
                $a->set->drop_oldest(1);
            }
        }
        $this->serial++;
    }
    private function turn(Action $a, int $have): int // the next place of those that are used in turn, or one at random
    {
        $a->at = $a->at < $have ? $a->at : 0;
        return ($a->given['order'] ?? '') === 'in_turn' ? $a->at++ : $this->draw($have);
    }
    // Which objects are handed back, and when, differs between strategies, so all that decides about the rest is as before.
    private function finalize(Action $a): void
    {
        $before = [$this->random_low, $this->random_high, $this->serial, $this->low, $this->high];
        while (Guarded::$handed_back) {
            $taken = array_shift(Guarded::$handed_back);
            $this->see($taken);
            $this->build($a);
            unset($taken);
        }
        [$this->random_low, $this->random_high, $this->serial, $this->low, $this->high] = $before;
    }
    private function chain(Action $a): void
    {
        $fresh = !$a->set->length();
        $item = $fresh ? null : $a->set->items[$a->set->first];
        for ($count = $this->amount($a, $a->count); $count; $count--, $this->serial++) {
            $head = $this->new_node($a->slots, $this->bytes($a->payload, $a->turn), $this->serial);
            $head->slots[0] = $item;
            $item = $head;
            $a->also?->add($head, $this->count);
        }
        if (!$fresh) {
            $a->set->items[$a->set->first] = $item;
        } elseif ($item) {
            $a->set->add($item, $this->count);
        }
    }

    // --------------------------------------------------------------------------------------- drop and touch
    private function drop(Action $a): void
    {
        [$set, $given, $have] = [$a->set, $a->given, $a->set->length()];
        $this->observe($have);
        if (!$have || !empty($given['all']) || count($given) < 2) {
            $set->drop_all();
        } elseif (isset($given['keep_one_of'])) {
            $set->keep(array_map(fn($i) => $i * $given['keep_one_of'], range(0, intdiv($have - 1, $given['keep_one_of']))));
        } elseif (isset($given['older_than'])) {
            $set->keep(array_values(array_filter(range(0, $have - 1),
                fn($i) => $this->count - $set->born[$set->first + $i] <= $given['older_than'])));
        } elseif (isset($given['keep_newest'])) {
            $set->drop_oldest(max($have - $given['keep_newest'], 0));
        } else {
            $count = min($this->amount($a, $a->some), $have);
            if (!empty($given['oldest'])) {
                $set->drop_oldest($count);
            } elseif (!empty($given['newest'])) {
                $set->drop_newest($count);
            } else {
                for (; $count; $count--) {
                    $set->drop_at($this->draw($set->length()));
                }
            }
        }
    }
    private function touch(Action $a): void
    {
        [$set, $how, $have] = [$a->set, $a->given['how'] ?? 'read', $a->set->length()];
        for ($count = $have ? $this->amount($a, $a->count) : 0; $count; $count--) {
            $o = $set->items[$set->first + $this->turn($a, $have)];
            if ($how === 'read') {
                $this->see($o);
            } elseif ($how === 'overwrite' && $o instanceof Fixed && $o->payload !== '') {
                $o->payload = str_repeat(chr($this->serial++ & 255), strlen($o->payload));
            } elseif ($how === 'store' && !$o instanceof Atom && $o->slots) {
                $fresh = $this->new_node(1, $this->bytes($a->payload, $a->turn), $this->serial++);
                $o->slots[$this->draw(count($o->slots))] = $fresh;
            }
        }
    }
    private function shuffle(Action $a): void
    {
        for ($i = $a->set->length() - 1; $i > 0; $i--) {
            $a->set->swap($i, $this->draw($i + 1));
        }
    }
    private function idle(Action $a): void // as long in all as the file's steps times the scale make it
    {
        usleep(empty($a->given['virtual']) ? (int) ($a->given['seconds'] * $this->all[$this->phase]['stretch'] * 1e6) : 0);
    }
    private function collect(): void { gc_collect_cycles(); }
    private function freeze(): void {}

    // --------------------------------------------------------------------------------------- steps
    private function start_phase(int $phase): void
    {
        $this->phase = $phase;
        $this->left = $this->steps = $this->all[$phase]['steps'];
    }
    public function step(): void
    {
        if (!$this->left) {
            if ($this->phase + 1 === count($this->all)) {
                foreach ($this->sets as $set) {
                    $set->drop_all();
                }
            }
            $this->start_phase(($this->phase + 1) % count($this->all));
        }
        foreach ($this->waits ? [] : $this->all[$this->phase]['actions'] as $action) {
            $this->{$action->verb}($action);
        }
        $this->left--;
        $this->count++;
    }
    public function setup(): void
    {
        foreach ($this->all as $phase) {
            for ($i = $phase['setup'] ? $phase['steps'] : 0; $i; $i--) {
                $this->step();
            }
        }
    }
}
