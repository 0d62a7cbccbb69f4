/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/settings.h"

#include <errno.h>
#include <fnmatch.h>
#include <unistd.h>

#include "util/config.h"
#include "util/log.h"
#include "util/macro.h"
#include "util/parse.h"

#define MEMORY_LIMIT ((uint64_t) SLAB_SIZE * SLABS_MAX)
#define MEMORY_DEFAULT_PERCENT 5U
#define MEMORY_DEFAULT_MAX (256ULL << 20)
/* A writer goes on with a chunk while it is younger than half the ring: with fewer chunks it would get none twice. */
#define BUFFER_MIN (4ULL * CHUNK_SIZE)
#define LINES_MAX 100U             /* a MESSAGE is printed whole wherever it is shown */
#define ENTRY_SIZE_MAX (64ULL << 20) /* journald refuses fields of 768 M; this is far more than a ring's text */

/* Logins and consoles hold what people type, journald would record its own work on our entries, and so would we. */
static const char default_units[] =
	"*.service !user@*.service !*getty@*.service !systemd-journald*.service !traceloopd.service";

/* What a handler needs; the settings alone do not say what a percentage is of. */
typedef struct Loading {
	Settings *settings;
	uint64_t ram;
	const ConfigLine *line;
} Loading;

static void ignore_value(Loading *l, int error, const char *value)
{
	l->settings->ignored++;
	(void) log_warning_errno(error, "%s:%u: Bad value of %s=, ignoring \"%s\": %m", l->line->file, l->line->number,
				 l->line->key, value);
}

int pattern_check(const char *pattern)
{
	size_t n = strlen(pattern);

	if (n == 0)
		return -EINVAL;
	if (n >= NAME_SIZE)
		return -ENAMETOOLONG;
	for (const char *p = pattern; *p; p++)
		if ((unsigned char) *p <= ' ' || *p == 0x7f || strchr("[/", *p))
			return -EINVAL;
	return 0;
}

static int add_pattern(Settings *s, const char *text)
{
	bool exclude = text[0] == '!';
	struct Pattern *p;
	int r = pattern_check(text + exclude);

	if (r < 0)
		return r;
	if (s->n_patterns == PATTERNS_MAX)
		return -E2BIG;
	p = &s->patterns[s->n_patterns++];
	*p = (struct Pattern){ .exclude = exclude };
	memcpy(p->text, text + exclude, strlen(text + exclude) + 1);
	return 0;
}

static int assign_units(Loading *l, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *state = NULL;

	if (!copy)
		return -ENOMEM;
	if (!*value)
		l->settings->n_patterns = 0;
	for (char *word = strtok_r(copy, " \t", &state); word; word = strtok_r(NULL, " \t", &state)) {
		int r = add_pattern(l->settings, word);

		if (r < 0)
			ignore_value(l, r, word);
	}
	return 0;
}

static int assign_buffer_size(Loading *l, const char *value)
{
	uint64_t size;
	int r = parse_size(value, &size);

	if (r < 0)
		return r;
	if (size < BUFFER_MIN || size > MEMORY_LIMIT)
		return -ERANGE;
	l->settings->buffer_size = (size + CHUNK_SIZE - 1) / CHUNK_SIZE * CHUNK_SIZE;
	return 0;
}

/* A share of whatever machine this is must work on all of them; a number of bytes is somebody's word. */
static uint64_t memory_share(uint64_t ram, unsigned percent, uint64_t max)
{
	return MAX(MIN(ram / 100 * percent, max), SLAB_SIZE);
}

static int assign_memory_max(Loading *l, const char *value)
{
	unsigned percent;
	uint64_t size;
	int r = parse_percent(value, &percent);

	if (r >= 0) {
		l->settings->memory_max = memory_share(l->ram, percent, MEMORY_LIMIT);
		return 0;
	}
	if (r != -ERANGE)
		r = parse_size(value, &size);
	if (r < 0)
		return r;
	if (size < SLAB_SIZE || size > MEMORY_LIMIT)
		return -ERANGE;
	l->settings->memory_max = size;
	return 0;
}

static int assign_count(const char *value, unsigned max, unsigned *ret)
{
	uint64_t n;
	int r = parse_unsigned(value, max, &n);

	if (r >= 0)
		*ret = (unsigned) n;
	return r;
}

static int assign_string_size(Loading *l, const char *value)
{
	return assign_count(value, STRING_MAX, &l->settings->string_size);
}

static int assign_durations(Loading *l, const char *value)
{
	int r = parse_boolean(value);

	if (r >= 0)
		l->settings->durations = r > 0;
	return r;
}

static int assign_calls(Loading *l, const char *value)
{
	_cleanup_free_ char *unknown = NULL;
	CallFilter *filter = NULL;
	int r = *value ? call_filter_new(&filter, value, &unknown) : 0;

	if (unknown) {
		l->settings->ignored++;
		log_warning("%s:%u: %s= has what is no system call, ignoring the line: %s", l->line->file, l->line->number,
			    l->line->key, unknown);
		return 0;
	}
	if (r < 0)
		return r;
	call_filter_unref(l->settings->filter);
	l->settings->filter = filter;
	return 0;
}

static int assign_names(Loading *l, const char *value)
{
	int r = streq(value, "auto") ? NAMES_AUTO : parse_boolean(value);

	if (r < 0)
		return r;
	l->settings->names = streq(value, "auto") ? NAMES_AUTO : r > 0 ? NAMES_YES : NAMES_NO;
	return 0;
}

static int assign_dump(Loading *l, const char *value)
{
	static const char *const modes[_DUMP_MODE_MAX] = {
		[DUMP_NEVER] = "never",
		[DUMP_FAILURE] = "failure",
	};

	for (unsigned i = 0; i < _DUMP_MODE_MAX; i++)
		if (streq(value, modes[i])) {
			l->settings->dump = (DumpMode) i;
			return 0;
		}
	return -EINVAL;
}

static int assign_lines(Loading *l, const char *value)
{
	return assign_count(value, LINES_MAX, &l->settings->lines);
}

static int assign_max_size(Loading *l, const char *value)
{
	uint64_t size;
	int r = parse_size(value, &size);

	if (r < 0)
		return r;
	if (size > ENTRY_SIZE_MAX)
		return -ERANGE;
	l->settings->max_size = size;
	return 0;
}

static int assign_rate_limit_burst(Loading *l, const char *value)
{
	return assign_count(value, INT32_MAX, &l->settings->rate_limit_burst);
}

static int assign_rate_limit_interval(Loading *l, const char *value)
{
	return parse_timespan(value, &l->settings->rate_limit_interval);
}

static const struct {
	const char *section, *key;
	int (*assign)(Loading *l, const char *value);
} keys[] = {
	{ "Recorder", "Units", assign_units },
	{ "Recorder", "BufferSize", assign_buffer_size },
	{ "Recorder", "MemoryMax", assign_memory_max },
	{ "Recorder", "StringSize", assign_string_size },
	{ "Recorder", "FileNames", assign_names },
	{ "Recorder", "Durations", assign_durations },
	{ "Recorder", "Calls", assign_calls },
	{ "Journal", "Dump", assign_dump },
	{ "Journal", "Lines", assign_lines },
	{ "Journal", "MaxSize", assign_max_size },
	{ "Journal", "RateLimitBurst", assign_rate_limit_burst },
	{ "Journal", "RateLimitIntervalSec", assign_rate_limit_interval },
};

static void assign(const ConfigLine *line, void *userdata)
{
	Loading *l = userdata;

	l->line = line;
	for (unsigned i = 0; i < ELEMENTS(keys); i++) {
		int r;

		if (!streq(line->section, keys[i].section) || !streq(line->key, keys[i].key))
			continue;
		r = keys[i].assign(l, line->value);
		if (r < 0)
			ignore_value(l, r, line->value);
		return;
	}
	l->settings->ignored++;
	log_warning("%s:%u: Unknown key %s= in section [%s], ignoring", line->file, line->number, line->key,
		    line->section);
}

int settings_load_root(const char *root, uint64_t ram, Settings *ret)
{
	_cleanup_free_ Settings *s = calloc(1, sizeof(*s));
	Loading l = { .settings = s, .ram = ram };
	int r;

	if (!s)
		return -ENOMEM;
	*s = (Settings){
		.buffer_size = 256ULL << 10,
		.memory_max = memory_share(ram, MEMORY_DEFAULT_PERCENT, MEMORY_DEFAULT_MAX),
		.string_size = 64,
		.names = NAMES_AUTO,
		.durations = true,
		.dump = DUMP_FAILURE,
		.lines = 12,
		.max_size = 256ULL << 10,
		.rate_limit_burst = 10,
		.rate_limit_interval = 3600 * USEC_PER_SEC,
	};
	r = assign_units(&l, default_units);
	if (r >= 0)
		r = config_load(root, "traceloop/traceloopd.conf", assign, &l);
	if (r < 0) {
		settings_done(s);
		return r;
	}
	*ret = *s;
	return 0;
}

void settings_done(Settings *s)
{
	s->filter = call_filter_unref(s->filter);
}

int settings_load(Settings *ret)
{
	uint64_t pages = (uint64_t) sysconf(_SC_PHYS_PAGES), size = (uint64_t) sysconf(_SC_PAGE_SIZE);

	return settings_load_root("", pages * size, ret);
}

bool settings_matches(const Settings *s, const char *unit)
{
	bool matched = false;

	for (unsigned i = 0; i < s->n_patterns; i++) {
		if (fnmatch(s->patterns[i].text, unit, FNM_NOESCAPE) != 0)
			continue;
		if (s->patterns[i].exclude)
			return false;
		matched = true;
	}
	return matched;
}
