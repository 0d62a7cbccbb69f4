/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/test.h"

#include "daemon/feature.h"

static bool find(const Facts *facts, const char *name, Feature *ret)
{
	for (unsigned i = 0; feature_get(facts, i, ret); i++)
		if (strcmp(ret->name, name) == 0)
			return true;
	return false;
}

TEST(each_fact_is_one_feature)
{
	Facts facts;
	Feature f;

	for (size_t i = 0; i < sizeof(facts); i++) {
		unsigned present = 0;

		memset(&facts, 0, sizeof(facts));
		((bool *) &facts)[i] = true;
		for (unsigned k = 0; feature_get(&facts, k, &f); k++)
			present += f.present;
		CHECK_INT(present, 1);
	}
}

TEST(presence_and_its_lack_have_reasons_of_their_own)
{
	Facts all, none = {};
	Feature with, without;

	memset(&all, 1, sizeof(all));
	for (unsigned i = 0; feature_get(&all, i, &with); i++) {
		CHECK(feature_get(&none, i, &without));
		CHECK(with.present && !without.present);
		CHECK(*with.why && *without.why && strcmp(with.why, without.why) != 0);
		CHECK_INT(with.needed, without.needed);
	}
}

TEST(what_degrades_is_not_needed_and_what_all_depends_on_is)
{
	Facts none = {};
	Feature f;

	CHECK(find(&none, "cgroup2", &f) && f.needed);
	CHECK(find(&none, "journal", &f) && f.needed);
	CHECK(find(&none, "thread-stacks", &f) && !f.needed);
	CHECK(find(&none, "io-uring-completions", &f) && !f.needed);
	CHECK(!find(&none, "nothing", &f));
}

int main(void)
{
	RUN(each_fact_is_one_feature);
	RUN(presence_and_its_lack_have_reasons_of_their_own);
	RUN(what_degrades_is_not_needed_and_what_all_depends_on_is);
	return test_done();
}
