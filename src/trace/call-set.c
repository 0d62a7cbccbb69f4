/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/call-set.h"

#include <errno.h>
#include <regex.h>
#include <string.h>

#include "trace/call-class.h"
#include "util/macro.h"
#include "util/text.h"

/* What one word of an expression stands for. */
typedef struct Word {
	const char *name;
	const CallClass *class;
	const regex_t *expression;
} Word;

static bool word_has(const Word *w, const Syscall *s)
{
	if (w->class)
		return call_class_has(w->class, s);
	if (w->expression)
		return regexec(w->expression, s->name, 0, NULL, 0) == 0;
	return streq(w->name, s->name);
}

static void add_call(CallSet *set, const Syscall *s)
{
	for (Machine m = 0; m < _MACHINE_MAX; m++) {
		int number = syscall_number(s, m);

		if (number >= 0 && number < (int) SYSCALLS_MAX)
			set->numbers[m][number / 64] |= 1ULL << number % 64;
	}
}

/* Return: 0, or -ENOENT if no call is meant */
static int add_matches(CallSet *set, const Word *w)
{
	int r = -ENOENT;
	unsigned n;
	const Syscall *table = syscall_table(&n);

	for (unsigned i = 0; i < n; i++)
		if (word_has(w, &table[i])) {
			add_call(set, &table[i]);
			r = 0;
		}
	return r;
}

static int add_expression(CallSet *set, const char *text)
{
	regex_t expression;
	int r;

	if (*text == '\0' || regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) != 0)
		return -EINVAL;
	r = add_matches(set, &(Word){ .expression = &expression });
	regfree(&expression);
	return r;
}

static int add_class(CallSet *set, const char *name)
{
	const CallClass *class = call_class_by_name(name);

	return class ? add_matches(set, &(Word){ .class = class }) : -ENOENT;
}

static int add_word(CallSet *set, const char *word)
{
	if (*word == '\0')
		return -EINVAL;
	if (*word == '/')
		return add_expression(set, word + 1);
	if (*word == '%' && word[1] != '@')
		return add_class(set, word + 1);
	if (*word == '@')
		return add_class(set, word);
	return add_matches(set, &(Word){ .name = word });
}

/* Return: 0, -EINVAL, -ENOENT with the words in @unknown */
static int add_words(CallSet *set, char *words, Text *unknown)
{
	char *word;

	while ((word = strsep(&words, ","))) {
		int r = add_word(set, word);

		if (r < 0 && r != -ENOENT)
			return r;
		if (r == 0)
			continue;
		if (unknown->size > 0)
			text_put(unknown, ", ");
		text_put(unknown, word);
	}
	return unknown->size > 0 ? -ENOENT : text_error(unknown);
}

static void turn_round(CallSet *set)
{
	for (Machine m = 0; m < _MACHINE_MAX; m++)
		for (unsigned i = 0; i < SYSCALLS_MAX / 64; i++)
			set->numbers[m][i] = ~set->numbers[m][i];
	set->others = !set->others;
}

int call_set_parse(const char *expression, CallSet *ret, char **ret_unknown)
{
	_cleanup_text_ Text unknown = {};
	_cleanup_free_ char *words = NULL;
	CallSet set = {};
	const char *rest;
	int r;

	*ret_unknown = NULL;
	rest = startswith(expression, "trace=");
	if (rest)
		expression = rest;
	words = strdup(expression + (*expression == '!'));
	if (!words)
		return -ENOMEM;
	r = add_words(&set, words, &unknown);
	if (r == -ENOENT)
		*ret_unknown = TAKE_PTR(unknown.data);
	if (r < 0)
		return r;
	if (*expression == '!')
		turn_round(&set);
	*ret = set;
	return 0;
}

bool call_set_has(const CallSet *s, Machine machine, uint32_t number)
{
	if (machine < 0 || machine >= _MACHINE_MAX || number >= SYSCALLS_MAX)
		return s->others;
	return s->numbers[machine][number / 64] >> number % 64 & 1;
}

void call_set_all(CallSet *ret)
{
	memset(ret->numbers, 0xff, sizeof(ret->numbers));
	ret->others = true;
}

void call_set_add(CallSet *s, const CallSet *other)
{
	for (Machine m = 0; m < _MACHINE_MAX; m++)
		for (unsigned i = 0; i < SYSCALLS_MAX / 64; i++)
			s->numbers[m][i] |= other->numbers[m][i];
	s->others |= other->others;
}

bool call_set_is_all(const CallSet *s)
{
	for (Machine m = 0; m < _MACHINE_MAX; m++)
		for (unsigned i = 0; i < SYSCALLS_MAX / 64; i++)
			if (~s->numbers[m][i])
				return false;
	return s->others;
}

void call_set_bits(const CallSet *s, Machine native, Machine compat, struct CallBits *ret)
{
	*ret = (struct CallBits){};
	for (uint32_t bit = 0; bit < CALL_BITS; bit++) {
		Machine machine = bit < SYSCALLS_MAX ? native : bit < 2 * SYSCALLS_MAX ? compat : _MACHINE_INVALID;

		if (call_set_has(s, machine, bit % SYSCALLS_MAX))
			ret->words[bit / 64] |= 1ULL << bit % 64;
	}
}
