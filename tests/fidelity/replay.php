<?php
// replay.php - does in PHP what a program of php.c says, and prints what gc_status() has to say of it at the end.
//
//   php -n -d memory_limit=-1 tests/fidelity/replay.php PROGRAM
//
// PROGRAM is int32, little-endian: how many registers, then operations, each a code and its operands. A node is an
// object with a declared property for each slot, a list one whose properties come and go, an atom a string of its own.
//
// Registers are elements of one array, which is never passed on. An object that were kept in a variable, passed to a
// function, or whose method were called, would be given up again, and so become a candidate of the collector, though
// no operation has given it up. Hence no functions here, and no names for objects.

#[AllowDynamicProperties]
class Many
{
    public $length = 0;
}

function node($slots)
{
    $name = "Node$slots";
    if (!class_exists($name, false)) {
        $all = '';
        for ($i = 0; $i < $slots; $i++) {
            $all .= "public \$p$i;";
        }
        eval("class $name { $all }");
    }
    return $name;
}

function replay($w)
{
    $r = array_fill(0, $w[1], null);
    $p = $nodes = [];
    $seen = 0;
    for ($i = 0; $i < 4096; $i++) {
        $p[$i] = "p$i";
    }
    for ($at = 2, $end = count($w) + 1; $at < $end;) {
        switch ($w[$at]) {
            case 0: // copy
                $r[$w[$at + 1]] = $r[$w[$at + 2]];
                $at += 3;
                break;
            case 1: // clear
                $r[$w[$at + 1]] = null;
                $at += 2;
                break;
            case 2: // an atom
                $r[$w[$at + 1]] = 'atom' . $at;
                $at += 2;
                break;
            case 3: // a node
                $name = $nodes[$w[$at + 2]] ??= node($w[$at + 2]);
                $r[$w[$at + 1]] = new $name();
                $at += 3;
                break;
            case 4: // a list
                $r[$w[$at + 1]] = new Many();
                $at += 2;
                break;
            case 5: // an integer
                $r[$w[$at + 1]] = $w[$at + 2];
                $at += 3;
                break;
            case 6: // load
                $r[$w[$at + 1]] = $r[$w[$at + 2]]->{$p[$w[$at + 3]] ??= 'p' . $w[$at + 3]};
                $at += 4;
                break;
            case 7: // store
                $r[$w[$at + 1]]->{$p[$w[$at + 2]] ??= 'p' . $w[$at + 2]} = $r[$w[$at + 3]];
                $at += 4;
                break;
            case 8: // append
                $n = $r[$w[$at + 1]]->length++;
                $r[$w[$at + 1]]->{$p[$n] ??= "p$n"} = $r[$w[$at + 2]];
                $at += 3;
                break;
            case 9: // truncate
                while ($r[$w[$at + 1]]->length > $w[$at + 2]) {
                    $n = --$r[$w[$at + 1]]->length;
                    unset($r[$w[$at + 1]]->{$p[$n]});
                }
                $at += 3;
                break;
            case 10: // collect
                gc_collect_cycles();
                $at += 1;
                break;
            case 11: // enable
                $w[$at + 1] ? gc_enable() : gc_disable();
                $at += 2;
                break;
            case 12: // a tuple, of the elements of a list
                $name = $nodes[$w[$at + 3]] ??= node($w[$at + 3]);
                $r[$w[$at + 1]] = new $name();
                for ($i = 0; $i < $w[$at + 3]; $i++) {
                    $r[$w[$at + 1]]->{$p[$i]} = $r[$w[$at + 2]]->{$p[$i]};
                }
                $at += 4;
                break;
            case 13: // look
                $s = gc_status();
                $seen = ($seen * 31 + $s['runs'] + 3 * $s['collected'] + 5 * $s['threshold'] + 7 * $s['roots']) & 0xffffffff;
                $at += 1;
                break;
            default:
                fwrite(STDERR, "replay.php: no operation {$w[$at]}\n");
                exit(1);
        }
    }
    $s = gc_status();
    printf("%d %d %d %d %08x\n", $s['runs'], $s['collected'], $s['threshold'], $s['roots'], $seen);
}

replay(unpack('l*', file_get_contents($argv[1])));
