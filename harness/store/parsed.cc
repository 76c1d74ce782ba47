// parsed.cc - simdjson's values and iterators, which are two words each, as C structs.

#include "parsed.h"

#include <simdjson.h>

#include <cstring>
#include <type_traits>

namespace dom = simdjson::dom;

struct parser {
    dom::parser dom;
};

static_assert(PARSER_PADDING >= simdjson::SIMDJSON_PADDING, "what may be read beyond a text");

// What simdjson says of a place in its tape, and a place as two words.
template <class T> static T parsed_as(struct parsed value) {
    static_assert(sizeof(T) == sizeof value && std::is_trivially_copyable<T>::value, "two words");
    T as;
    std::memcpy(static_cast<void *>(&as), &value, sizeof value);
    return as;
}

template <class T> static struct parsed parsed_of(const T &as) {
    static_assert(sizeof(T) == sizeof(struct parsed) && std::is_trivially_copyable<T>::value,
                  "two words");
    struct parsed value;
    std::memcpy(&value, static_cast<const void *>(&as), sizeof value);
    return value;
}

static struct parsed parsed_result(simdjson::simdjson_result<dom::element> result) {
    dom::element element;
    return result.get(element) ? parsed{nullptr, 0} : parsed_of(element);
}

struct parser *parser_new(void) {
    return new struct parser;
}

void parser_free(struct parser *parser) {
    delete parser;
}

struct parsed parser_read(struct parser *parser, const char *text, size_t bytes, size_t room) {
    return parsed_result(parser->dom.parse(text, bytes, room < bytes + PARSER_PADDING));
}

enum parsed_kind parsed_kind(struct parsed value) {
    if (!value.document)
        return PARSED_NONE;
    switch (parsed_as<dom::element>(value).type()) {
    case dom::element_type::BOOL:
        return PARSED_BOOLEAN;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
        return PARSED_INTEGER;
    case dom::element_type::DOUBLE:
        return PARSED_REAL;
    case dom::element_type::STRING:
        return PARSED_TEXT;
    case dom::element_type::ARRAY:
        return PARSED_ARRAY;
    case dom::element_type::OBJECT:
        return PARSED_OBJECT;
    default:
        return PARSED_NONE;
    }
}

struct parsed parsed_member(struct parsed value, const char *name, size_t bytes) {
    if (parsed_kind(value) != PARSED_OBJECT)
        return {nullptr, 0};
    dom::object object;
    if (parsed_as<dom::element>(value).get(object))
        return {nullptr, 0};
    return parsed_result(object.at_key({name, bytes}));
}

bool parsed_number(struct parsed value, double *number) {
    return value.document && !parsed_as<dom::element>(value).get(*number);
}

bool parsed_integer(struct parsed value, int64_t *integer) {
    return value.document && !parsed_as<dom::element>(value).get(*integer);
}

const char *parsed_text(struct parsed value) {
    const char *text;
    return value.document && !parsed_as<dom::element>(value).get(text) ? text : nullptr;
}

bool parsed_true(struct parsed value) {
    bool is = false;
    return value.document && !parsed_as<dom::element>(value).get(is) && is;
}

// ------------------------------------------------------------------------------------------ walks
static void parsed_look(struct parsed_walk *walk) {
    walk->there = walk->place.at != walk->end.at;
    if (!walk->there)
        return;
    if (!walk->name) {
        walk->value = parsed_of(*parsed_as<dom::array::iterator>(walk->place));
        return;
    }
    auto member = parsed_as<dom::object::iterator>(walk->place);
    walk->name = member.key_c_str();
    walk->value = parsed_of(member.value());
}

template <class T> static struct parsed_walk parsed_start(const T &whole, const char *name) {
    struct parsed_walk walk = {
        false, {nullptr, 0}, name, parsed_of(whole.begin()), parsed_of(whole.end())};
    parsed_look(&walk);
    return walk;
}

struct parsed_walk parsed_first(struct parsed whole) {
    dom::object object;
    dom::array array;
    enum parsed_kind kind = parsed_kind(whole);
    if (kind == PARSED_OBJECT && !parsed_as<dom::element>(whole).get(object))
        return parsed_start(object, "");
    if (kind == PARSED_ARRAY && !parsed_as<dom::element>(whole).get(array))
        return parsed_start(array, nullptr);
    return {};
}

void parsed_next(struct parsed_walk *walk) {
    if (walk->name)
        walk->place = parsed_of(++parsed_as<dom::object::iterator>(walk->place));
    else
        walk->place = parsed_of(++parsed_as<dom::array::iterator>(walk->place));
    parsed_look(walk);
}
