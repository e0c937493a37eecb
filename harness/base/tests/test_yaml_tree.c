/* Every kind of bad YAML must be reported with the line and column of the word that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/yaml_tree.h"

struct zoo {
    long lions;
    size_t keeper;
    long sum;
};

static bool read_lions(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_number(tree, value, "lions", 1, 4096, &((struct zoo *)out)->lions);
}

static bool read_keeper(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const char *const names[] = {"ada", "grace"};
    return yaml_choice(tree, value, "keeper", names, 2, &((struct zoo *)out)->keeper);
}

static bool add(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    long n;
    if (!yaml_number(tree, item, "cages", 0, 100, &n)) {
        return false;
    }
    ((struct zoo *)out)->sum += n;
    return true;
}

static bool read_cages(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "cages", add, out);
}

static const struct yaml_key keys[] = {
    {"lions", read_lions}, {"keeper", read_keeper}, {"cages", read_cages}, {NULL, NULL}};

static char path[] = "./fitlab-yaml-XXXXXX";

static bool read_zoo(const char *text, struct zoo *zoo, struct problem *problem)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct yaml_tree tree;
    *problem = (struct problem){""};
    if (!yaml_tree_load(path, &tree, problem)) {
        return false;
    }
    bool read = yaml_read_mapping(&tree, yaml_root(&tree), "the zoo", keys, zoo);
    yaml_tree_free(&tree);
    return read;
}

static void good_values_arrive(void **state)
{
    (void)state;
    struct zoo zoo = {0};
    struct problem problem;
    assert_true(read_zoo("lions: 2K\nkeeper: grace\ncages: [1, 2, 4]\n", &zoo, &problem));
    assert_int_equal(zoo.lions, 2048);
    assert_int_equal(zoo.keeper, 1);
    assert_int_equal(zoo.sum, 7);
    assert_true(read_zoo("cages: 5\n", &zoo, &problem));
    assert_int_equal(zoo.sum, 12);
}

static void bad_values_are_located(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } cases[] = {
        {"", "", "empty"},
        {"lions: 1\n  keeper: ada\n", ":2:9: ", "no valid YAML"},
        {"lions: [1\n", ":2:1: ", "no valid YAML"},
        {"- lions\n", ":1:1: ", "must be a mapping"},
        {"# a comment\n\nlions: 1\nkeper: ada\n", ":4:1: ", "did you mean 'keeper'?"},
        {"wardrobe: 1\n", ":1:1: ", "it takes lions, keeper, cages"},
        {"lions: 5x\n", ":1:8: ", "no whole number"},
        {"lions: 5.7\n", ":1:8: ", "no whole number"},
        {"lions: 1MiB\n", ":1:8: ", "no whole number"},
        {"lions: 0\n", ":1:8: ", "give 1 to 4096"},
        {"lions: {a: 1}\n", ":1:8: ", "not a mapping"},
        {"keeper: gracie\n", ":1:9: ", "did you mean 'grace'?"},
        {"keeper: wolfgang\n", ":1:9: ", "give one of ada, grace"},
        {"cages: []\n", ":1:8: ", "empty list"},
        {"cages:\n  - 1\n  - many\n", ":3:5: ", "no whole number"},
        {"lions: 1\nlions: 2\n", ":2:1: ", "given twice"},
        {"? [a, b]\n: 1\n", ":1:3: ", "not a list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zoo zoo;
        struct problem problem;
        assert_false(read_zoo(cases[i].text, &zoo, &problem));
        if (strncmp(problem.text, path, strlen(path)) != 0 ||
            strncmp(problem.text + strlen(path), cases[i].place, strlen(cases[i].place)) != 0 ||
            !strstr(problem.text, cases[i].says)) {
            fail_msg("'%s' gave: %s", cases[i].text, problem.text);
        }
    }
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct yaml_tree tree;
    struct problem problem;
    assert_false(yaml_tree_load("/nowhere/zoo.yaml", &tree, &problem));
    assert_string_equal(problem.text, "/nowhere/zoo.yaml: No such file or directory");
}

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0) {
        return 1;
    }
    close(fd);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_values_arrive),
        cmocka_unit_test(bad_values_are_located),
        cmocka_unit_test(a_missing_file_is_named),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
