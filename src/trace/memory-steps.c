/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/memory-steps.h"

#include <assert.h>

#include "trace/command.h"
#include "util/macro.h"

#define MESSAGES_MAX 4U    /* of several, as many have parts of their own */
#define MESSAGE_WORDS 8U   /* struct mmsghdr */
#define MESSAGE_LENGTH 7U  /* its msg_len */

/* A word of a struct: that many longs of the caller's from its beginning; or with WIDE of 64 bits each for any caller. */
#define WIDE 0x80U
#define POINTER_ITSELF 0xffU

/* What a member of memory of some kind points to. */
typedef struct Part {
	ArgKind kind;
	uint8_t part;    /* enum MemoryPart */
	uint8_t when;    /* enum StepWhen */
	uint8_t step;    /* enum StepKind */
	uint8_t pointer; /* which word it is; POINTER_ITSELF: no member, but the argument */
	uint8_t length;  /* enum StepLength; STEP_LENGTH_ARG: as the memory itself */
	uint8_t length_word;
	uint8_t words; /* of an element, which is one byte otherwise */
	uint16_t bytes; /* of an element, if neither */
	uint16_t limit; /* PAYLOAD: as many as the configuration says */
	bool returned; /* the result is how many bytes all vectors have got */
} Part;

#define PAYLOAD UINT16_MAX
#define CONTROL_MAX 512U /* 120 descriptors, or the usual two or three messages */
#define ARRAY_MAX 1024U  /* of 64 vectors */

/* What the members of a struct msghdr point to: the same in one that is alone and in an array of struct mmsghdr. */
#define MESSAGE_PARTS(kind, given, moved, all)                                                             \
	{ kind, PART_NAME, given, STEP_BYTES, 0, STEP_LENGTH_U32, 1, 0, 1, 128, false },                   \
	{ kind, PART_VECTORS, given, STEP_BYTES, 2, STEP_LENGTH_WORD, 3, 2, 0, ARRAY_MAX, false },         \
	{ kind, PART_DATA, moved, STEP_VECTORS, 2, STEP_LENGTH_WORD, 3, 2, 0, PAYLOAD, all },              \
	{ kind, PART_CONTROL, given, STEP_BYTES, 4, STEP_LENGTH_WORD, 5, 0, 1, CONTROL_MAX, false }

static const Part parts[] = {
	{ ARG_IOVEC_IN, PART_DATA, STEP_ENTER, STEP_VECTORS, POINTER_ITSELF, STEP_LENGTH_ARG, 0, 2, 0, PAYLOAD, false },
	{ ARG_IOVEC_OUT, PART_DATA, STEP_POSITIVE, STEP_VECTORS, POINTER_ITSELF, STEP_LENGTH_ARG, 0, 2, 0, PAYLOAD, true },
	MESSAGE_PARTS(ARG_MSGHDR_IN, STEP_ENTER, STEP_ENTER, false),
	MESSAGE_PARTS(ARG_MSGHDR_OUT, STEP_SUCCESS, STEP_POSITIVE, true),
	MESSAGE_PARTS(ARG_MMSGHDR_IN, STEP_ENTER, STEP_ENTER, false),
	MESSAGE_PARTS(ARG_MMSGHDR_OUT, STEP_POSITIVE, STEP_POSITIVE, true),
	{ ARG_SIGSET_SIZED, PART_4, STEP_ENTER, STEP_BYTES, 0, STEP_LENGTH_WORD, 1, 0, 1, 8, false },
	{ ARG_IFCONF, PART_4, STEP_SUCCESS, STEP_BYTES, 1, STEP_LENGTH_U32, 0, 0, 1, 640, false },
	{ ARG_CLONE_ARGS, PART_4, STEP_ENTER, STEP_BYTES, WIDE | 8, STEP_LENGTH_WORD, WIDE | 9, 0, 4, 128, false },
	{ ARG_CLONE_ARGS, PART_5, STEP_POSITIVE, STEP_BYTES, WIDE | 1, STEP_LENGTH_ONE, 0, 0, 4, 4, false },
	{ ARG_CLONE_ARGS, PART_6, STEP_POSITIVE, STEP_BYTES, WIDE | 3, STEP_LENGTH_ONE, 0, 0, 4, 4, false },
	{ ARG_BPF_ATTR_NAMED, PART_4, STEP_ENTER, STEP_STRING, WIDE | 0, STEP_LENGTH_ONE, 0, 0, 1, STRING_MAX, false },
	{ ARG_BPF_ATTR_PROGRAM, PART_4, STEP_ENTER, STEP_STRING, WIDE | 2, STEP_LENGTH_ONE, 0, 0, 1, STRING_MAX, false },
	{ ARG_BPF_ATTR_PROGRAM, PART_5, STEP_EXIT, STEP_STRING, WIDE | 4, STEP_LENGTH_ONE, 0, 0, 1, STRING_MAX, false },
	{ ARG_BPF_ATTR_TYPES, PART_4, STEP_ENTER, STEP_BYTES, WIDE | 0, STEP_LENGTH_U32, WIDE | 2, 0, 1, STRING_MAX, false },
	{ ARG_URING_FILES, PART_4, STEP_ENTER, STEP_BYTES, WIDE | 1, STEP_LENGTH_ARG, 0, 0, 4, 256, false },
	{ ARG_CALL_ARGS_NAMED, PART_4, STEP_ENTER, STEP_BYTES, 1, STEP_LENGTH_WORD, 2, 0, 1, 128, false },
	{ ARG_XATTR_ARGS, PART_4, STEP_ENTER, STEP_BYTES, WIDE | 0, STEP_LENGTH_U32, WIDE | 1, 0, 1, PAYLOAD, false },
	{ ARG_XATTR_ARGS_OUT, PART_4, STEP_SUCCESS, STEP_BYTES, WIDE | 0, STEP_LENGTH_U32, WIDE | 1, 0, 1, PAYLOAD,
	  false },
};

static unsigned word_size(Machine machine)
{
	return machine == MACHINE_I386 ? sizeof(uint32_t) : sizeof(uint64_t);
}

/* A list of steps that counts those that it has no room for. */
typedef struct StepList {
	struct CallSteps *steps;
	const Syscall *syscall;
	Machine machine;
	unsigned string_size;
	unsigned n;
} StepList;

static void list_add(StepList *list, const struct MemoryStep *step)
{
	if (list->n < STEPS_MAX)
		list->steps->steps[list->n] = *step;
	list->n++;
}

static struct MemoryStep step_of(const StepList *list, unsigned arg)
{
	return (struct MemoryStep){
		.of = (__u8) arg,
		.kind = STEP_BYTES,
		.arg = (__u8) arg,
		.offset = STEP_DIRECT,
		.total = STEP_TOTAL_ALL,
		.width = (__u8) word_size(list->machine),
		.index_arg = STEP_INDEX_NONE,
	};
}

/* How many elements of @size bytes there are. */
static void step_measure(struct MemoryStep *step, uint8_t length, unsigned size)
{
	step->unit = (__u16) size;
	step->length_arg = LENGTH_INDEX(length);
	if (length == LENGTH_NONE) {
		step->length = STEP_LENGTH_ONE;
		step->length_arg = 0;
	} else if (length == LENGTH_RESULT) {
		step->length = STEP_LENGTH_RESULT;
		step->length_arg = 0;
	} else if (LENGTH_KIND(length) == LENGTH_POINTED(0))
		step->length = STEP_LENGTH_U32;
	else if (LENGTH_KIND(length) == LENGTH_RETURNED(0))
		step->length = STEP_LENGTH_RETURNED;
	else if (LENGTH_KIND(length) == LENGTH_BITS(0)) {
		step->length = STEP_LENGTH_BITS;
		step->unit = step->width;
	} else if (LENGTH_KIND(length) == LENGTH_PAGES(0))
		step->length = STEP_LENGTH_PAGES;
	else
		step->length = STEP_LENGTH_ARG;
}

/* How much there is of the argument's memory, and how much of that is wanted. */
static void step_measure_arg(struct MemoryStep *step, const StepList *list, const SyscallArg *arg)
{
	step_measure(step, arg->length, kind_size(arg->kind, list->machine));
	step->more = (__u8) kind_more(arg->kind, list->machine);
	if (arg->kind == ARG_PERF_EVENT_ATTR)
		step->length_offset = sizeof(uint32_t); /* behind its type */
	step->limit = (__u16) (arg->length == LENGTH_NONE ? step->unit
							  : kind_limit(arg->kind, list->string_size) + step->more);
}

static const struct MemoryRule *slot_rule(const struct CallRule *rule, unsigned arg)
{
	for (unsigned i = 0; i < SLOT_MEMORY_MAX; i++)
		if (rule->memory[i].kind != MEMORY_NONE && rule->memory[i].arg == arg)
			return &rule->memory[i];
	return NULL;
}

/* Return: enum StepWhen of the memory itself */
static unsigned memory_when(const SyscallArg *arg)
{
	switch (kind_when(arg->kind)) {
	case WHEN_OUT:
		if (kind_more(arg->kind, MACHINE_X86_64) > 0)
			return STEP_SUCCESS;
		return length_is_result(arg->length) ? STEP_POSITIVE : STEP_SUCCESS;
	case WHEN_LEFT:
		return STEP_FAILED;
	default:
		return STEP_ENTER;
	}
}

/* The memory of the argument, or with @slot what that has no room for. */
static void add_memory(StepList *list, unsigned i, bool slot)
{
	const SyscallArg *arg = &list->syscall->args[i];
	struct MemoryStep step = step_of(list, i);
	MemoryWhen when = kind_when(arg->kind);

	step.when = (__u8) memory_when(arg);
	step_measure_arg(&step, list, arg);
	if (when == WHEN_STRING)
		step.kind = STEP_STRING;
	else if (when == WHEN_COUNT)
		step.kind = STEP_COUNT;
	if (!slot)
		list_add(list, &step);
	else if (step.kind == STEP_BYTES && when != WHEN_STRINGS && step.limit > STRING_MAX) {
		step.skip = STRING_MAX;
		list_add(list, &step);
	}
}

/* The head of what a call has written to that has failed: there may be no room for more. */
static void add_answer(StepList *list, struct MemoryStep step)
{
	step.when = STEP_FAILED;
	step.length = STEP_LENGTH_ONE;
	step.unit = step.limit = step.more;
	step.more = 0;
	list_add(list, &step);
}

/* What the call was given and has written to again. */
static void add_after(StepList *list, unsigned i)
{
	const SyscallArg *arg = &list->syscall->args[i];
	struct MemoryStep step = step_of(list, i);
	MemoryWhen when = kind_when(arg->kind);

	if (when != WHEN_INOUT && when != WHEN_UPDATED && when != WHEN_ANSWERED)
		return;
	step.of = (__u8) MEMORY_AFTER(i);
	step.when = when == WHEN_UPDATED ? STEP_POSITIVE : STEP_SUCCESS;
	step_measure_arg(&step, list, arg);
	list_add(list, &step);
	if (when == WHEN_ANSWERED)
		add_answer(list, step);
}

static __u16 word_offset(const StepList *list, unsigned message, unsigned word)
{
	unsigned size = word & WIDE ? sizeof(uint64_t) : word_size(list->machine);

	return (__u16) ((message * MESSAGE_WORDS + (word & ~WIDE)) * size);
}

static bool is_several(ArgKind kind)
{
	return kind == ARG_MMSGHDR_IN || kind == ARG_MMSGHDR_OUT;
}

/* Of @message among several, of which the call says how many there are. */
static void step_number(struct MemoryStep *step, const StepList *list, const Part *part, unsigned message)
{
	const SyscallArg *arg = &list->syscall->args[step->arg];

	step->index = (__u8) message;
	step->index_arg = part->when == STEP_ENTER ? arg->length : STEP_INDEX_RESULT;
	if (part->returned)
		step->total = word_offset(list, message, MESSAGE_LENGTH);
}

static void add_part(StepList *list, unsigned i, const Part *part, unsigned message)
{
	unsigned limit = part->limit == PAYLOAD ? MIN(list->string_size, STRING_MAX) : part->limit;
	struct MemoryStep step = step_of(list, i);

	if (limit == 0)
		return;
	step.of = (__u8) MEMORY_PART(message, part->part);
	step.when = part->when;
	step.kind = part->step;
	if (part->pointer != POINTER_ITSELF && part->pointer & WIDE)
		step.width = sizeof(uint64_t);
	if (part->length == STEP_LENGTH_ARG)
		step_measure(&step, list->syscall->args[i].length, 0);
	else {
		step.length = part->length;
		step.length_arg = (__u8) i;
		step.length_offset = word_offset(list, message, part->length_word);
	}
	if (part->pointer != POINTER_ITSELF)
		step.offset = word_offset(list, message, part->pointer);
	step.unit = (__u16) (part->words ? part->words * word_size(list->machine) : part->bytes);
	step.limit = (__u16) limit;
	if (part->returned)
		step.total = STEP_TOTAL_RESULT;
	if (is_several(part->kind))
		step_number(&step, list, part, message);
	list_add(list, &step);
}

static void add_parts(StepList *list, unsigned i)
{
	unsigned n = is_several(list->syscall->args[i].kind) ? MESSAGES_MAX : 1;

	for (unsigned message = 0; message < n; message++)
		for (size_t k = 0; k < ELEMENTS(parts); k++)
			if (parts[k].kind == list->syscall->args[i].kind)
				add_part(list, i, &parts[k], message);
}

/*
 * What a handler returns to is on its stack. Where in that the set of signals is that are blocked again: behind the
 * return address, which the return has taken, in the ucontext that is there (arm64: behind a siginfo).
 */
static const uint16_t signal_frames[_MACHINE_MAX] = {
	[MACHINE_X86_64] = 296,
	[MACHINE_I386] = 248,
	[MACHINE_ARM64] = 168,
};

static bool returns_from_signal(const Syscall *syscall)
{
	return syscall->n_args == 0 && streq(syscall->name, "rt_sigreturn");
}

static void add_signal_frame(StepList *list)
{
	struct MemoryStep step = step_of(list, STEP_STACK);

	step.of = SIGNAL_FRAME_SET;
	step.when = STEP_ENTER;
	step.offset = signal_frames[list->machine];
	step.unit = step.limit = SIGNAL_SET_SIZE;
	list_add(list, &step);
}

unsigned memory_steps(const Syscall *syscall, Machine machine, unsigned string_size, const struct CallRule *rule,
		      struct CallSteps *ret)
{
	StepList list = { .steps = ret, .syscall = syscall, .machine = machine, .string_size = string_size };

	for (unsigned i = 0; i < syscall->n_args; i++) {
		ArgKind kind = syscall->args[i].kind;

		if (kind_when(kind) == WHEN_NEVER || kind_limit(kind, string_size) == 0)
			continue;
		add_memory(&list, i, slot_rule(rule, i) != NULL);
		add_after(&list, i);
		add_parts(&list, i);
	}
	if (returns_from_signal(syscall))
		add_signal_frame(&list);
	ret->n = MIN(list.n, STEPS_MAX);
	return list.n;
}

bool memory_part_may_show(const Syscall *syscall, const uint64_t *args, unsigned of)
{
	unsigned wanted = (of - MEMORY_PART(0, 0)) % _MEMORY_PART_MAX;

	if (returns_from_signal(syscall))
		return of == SIGNAL_FRAME_SET;
	for (unsigned i = 0; i < syscall->n_args; i++) {
		ArgKind kind = command_arg(syscall, args, i).kind;

		for (size_t k = 0; k < ELEMENTS(parts); k++)
			if (parts[k].kind == kind && parts[k].part == wanted)
				return parts[k].limit != PAYLOAD;
	}
	return false;
}

static unsigned captures(const struct CallSteps *steps)
{
	unsigned flags = 0;

	for (unsigned i = 0; i < steps->n; i++) {
		flags |= steps->steps[i].when & STEP_ENTER ? CAPTURE_ENTER : 0;
		flags |= steps->steps[i].when & STEP_EXIT ? CAPTURE_EXIT : 0;
	}
	return flags;
}

/* Return: the number of the list, 0 if there are no steps in it */
static uint32_t table_put(StepTable *t, const struct CallSteps *steps, struct CallRule *rule)
{
	if (steps->n == 0)
		return 0;
	rule->captures |= (__u8) captures(steps);
	text_put_bytes(&t->lists, steps, sizeof(*steps));
	return (uint32_t) (t->lists.size / sizeof(*steps) - 1);
}

/* The call as one of its commands has it. Return: false if that line is not the first of the command */
static bool command_variant(const Syscall *syscall, const CommandArg *lines, unsigned n, unsigned at, Syscall *ret)
{
	*ret = *syscall;
	for (unsigned i = 0; i < n; i++) {
		if (!streq(lines[i].call, lines[at].call) || lines[i].command != lines[at].command)
			continue;
		if (i < at)
			return false;
		ret->args[lines[i].index].kind = lines[i].arg.kind;
		ret->args[lines[i].index].length = lines[i].arg.length;
	}
	return true;
}

/* One entry for each value that the flags, which do not count, may have with the command. */
static void commands_put(StepTable *t, uint32_t rule, uint32_t command, uint32_t flags, uint32_t steps)
{
	uint32_t with = flags;

	for (;;) {
		CommandSteps c = { .key = { .rule = rule, .command = command | with }, .steps = steps };

		text_put_bytes(&t->commands, &c, sizeof(c));
		if (with == 0)
			return;
		with = (with - 1) & flags;
	}
}

static void add_commands(StepTable *t, const Syscall *syscall, Machine machine, unsigned string_size,
			 struct CallRule *rule, uint32_t index)
{
	const Commands *commands = syscall_commands(syscall);
	const CommandArg *lines;
	unsigned n;

	if (!commands)
		return;
	lines = command_args(&n);
	rule->command = commands->chooser;
	for (unsigned i = 0; i < n; i++) {
		struct CallSteps steps = {};
		Syscall variant;

		if (!streq(lines[i].call, commands->call) || !command_variant(syscall, lines, n, i, &variant))
			continue;
		(void) memory_steps(&variant, machine, string_size, rule, &steps);
		commands_put(t, index, lines[i].command, commands->flags, table_put(t, &steps, rule));
	}
}

void step_table_add(StepTable *t, Machine machine, unsigned string_size, struct CallRule *rules, uint32_t first)
{
	static const struct CallSteps none;

	if (t->lists.size == 0)
		text_put_bytes(&t->lists, &none, sizeof(none));
	for (uint32_t nr = 0; nr < SYSCALLS_MAX; nr++) {
		const Syscall *syscall = syscall_by_number(machine, nr);
		struct CallSteps steps = {};

		rules[nr] = (struct CallRule){ .n_args = CALL_ARGS_MAX, .command = COMMAND_NONE };
		if (!syscall)
			continue;
		syscall_rule(syscall, machine, string_size, &rules[nr]);
		(void) memory_steps(syscall, machine, string_size, &rules[nr], &steps);
		rules[nr].steps = (__u16) table_put(t, &steps, &rules[nr]);
		add_commands(t, syscall, machine, string_size, &rules[nr], first + nr);
	}
}

void step_table_done(StepTable *t)
{
	text_done(&t->lists);
	text_done(&t->commands);
}
