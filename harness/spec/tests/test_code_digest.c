/* The digest of a policy must follow its code, all of it, and no other policy's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocators/registry.h"
#include "spec/code_digest.h"

static char folder[] = "./fitlab-digest-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Runs source_digest.cmake on the policies a and b in the folder; false if it fails. */
static bool make_digests(void)
{
    char command[512];
    snprintf(command, sizeof command,
             "cmake -D FOLDER=%s '-DNAMES=a;b' -D OUTPUT=%s/out -P "
             "%s/harness/spec/source_digest.cmake >%s/log 2>&1",
             folder, folder, getenv("FITLAB_SOURCE"), folder);
    return system(command) == 0;
}

/* The digests of the policies a and b. */
static void digest(char a[CODE_DIGEST_SIZE], char b[CODE_DIGEST_SIZE])
{
    assert_true(make_digests());
    char command[512];
    snprintf(command, sizeof command, "sed -n 's/.*\"[ab]\", \"\\(.*\\)\".*/\\1/p' %s/out", folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%16s %16s", a, b), 2);
    pclose(pipe);
}

static void shared_code_changes_the_digest_of_all_its_users(void **state)
{
    (void)state;
    char a[6][CODE_DIGEST_SIZE], b[6][CODE_DIGEST_SIZE];
    put("a.c", "#include \"shared/shared.h\"\nint a;\n");
    put("b.c", "int b;\n");
    put("shared/shared.h", "#include \"deep/deep.h\"\n#include \"beside.h\"\n");
    put("shared/shared.c", "#include \"shared/shared.h\"\nint shared;\n");
    put("shared/beside.h", "int beside;\n");
    put("deep/deep.h", "int deep;\n");
    digest(a[0], b[0]);
    assert_string_not_equal(a[0], b[0]);
    put("a.c", "#include \"shared/shared.h\"\nint a2;\n");
    digest(a[1], b[1]);
    put("shared/shared.c", "#include \"shared/shared.h\"\nint shared2;\n");
    digest(a[2], b[2]);
    put("deep/deep.h", "int deep2;\n");
    digest(a[3], b[3]);
    put("shared/beside.h", "int beside2;\n");
    digest(a[4], b[4]);
    put("shared/shared.h", "#include \"deep/deep.h\"\n#include \"beside.h\"\nint shared;\n");
    digest(a[5], b[5]);
    for (size_t i = 1; i < 6; i++) {
        assert_string_not_equal(a[i], a[i - 1]);
        assert_string_equal(b[i], b[0]);
    }
}

/* Without this check, a change in that file would change no digest. */
static void a_missing_include_stops_the_build(void **state)
{
    (void)state;
    put("b.c", "int b;\n");
    put("deep/deep.h", "int deep;\n");
    put("shared/beside.h", "int beside;\n");
    put("shared/shared.h", "#include \"beside.h\"\n");
    put("a.c", "#include \"shared/shared.h\"\n");
    assert_true(make_digests());
    put("shared/shared.h", "#include \"deep.h\"\n");
    assert_false(make_digests());
    char command[128];
    snprintf(command, sizeof command, "grep -q 'shared.h includes .deep.h.' %s/log", folder);
    assert_int_equal(system(command), 0);
}

static void every_policy_has_one(void **state)
{
    (void)state;
    for (size_t i = 0; registry_policies[i]; i++) {
        char text[CODE_DIGEST_SIZE];
        struct problem problem;
        assert_true(code_digest(registry_policies[i], text, &problem));
        assert_int_equal(strspn(text, "0123456789abcdef"), CODE_DIGEST_SIZE - 1);
    }
}

static void a_plugin_has_the_digest_of_its_file(void **state)
{
    (void)state;
    static const struct policy foreign = {.name = "bump"};
    char text[CODE_DIGEST_SIZE], builtin[CODE_DIGEST_SIZE];
    struct problem problem;
    assert_true(code_digest(&foreign, text, &problem));
    assert_true(code_digest(registry_policies[0], builtin, &problem));
    assert_string_not_equal(text, builtin);
}

int main(void)
{
    if (!mkdtemp(folder)) {
        return 1;
    }
    char command[128];
    snprintf(command, sizeof command, "mkdir %s/shared %s/deep", folder, folder);
    if (system(command)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_code_changes_the_digest_of_all_its_users),
        cmocka_unit_test(a_missing_include_stops_the_build),
        cmocka_unit_test(every_policy_has_one),
        cmocka_unit_test(a_plugin_has_the_digest_of_its_file),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) ? 1 : failed;
}
