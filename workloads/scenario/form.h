// form.h - the form of a scenario's JSON: which members there are, and what each takes.

#ifndef HEAPBENCH_SCENARIO_FORM_H
#define HEAPBENCH_SCENARIO_FORM_H

#include "scenario.h"

// A reading under way. where: "FILE: phase 'NAME': build", of which messages begin.
struct form {
    struct scenario *scenario;
    const char *where;
    char *error;
    size_t error_bytes;
};

// form_wrong - the message: where, the member, and what would be accepted. Returns false.
bool form_wrong(const struct form *f, const char *member, const char *accepted);

// form_known - whether every member of the object is one of the names.
bool form_known(const struct form *f, const json_t *object, const struct names *names);

// form_action - one action from the value of its verb; false with a message.
bool form_action(const struct form *f, enum scenario_verb verb, const json_t *value,
                 struct scenario_action *out);

// form_verb - the verb of that name, or SCENARIO_VERBS. form_verbs - add their names.
enum scenario_verb form_verb(const char *name);
void form_verbs(struct names *names);

void form_action_free(struct scenario_action *a);

#endif
