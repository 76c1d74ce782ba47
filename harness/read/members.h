// members.h - an object or array of the record that is being loaded, as a table.
//
// members(path) has a row for each member, in order:
//   key       its name in the object, or its place in the array, from 0
//   value     the member itself, when that is a number or a text; else NULL
//   name      its own member "name", of an object
//   c0 .. c8  its first nine elements, of an array
// SQLite's json_each would have the record written and read again for each.

#ifndef HEAPBENCH_MEMBERS_H
#define HEAPBENCH_MEMBERS_H

struct sqlite3;
struct reading;

// members_register - with a connection. reading must outlive it. Returns an SQLite result code.
int members_register(struct sqlite3 *db, struct reading *reading);

#endif
