package=clang-14
program=clang++
does='The C++ compiler with -O2 on generated classes over containers, strings, streams and algorithms of the
standard library: templates instantiated by the thousand, then the passes of the optimizer.'
outside='nothing; its syntax tree, types and many sets lie in arenas, whose slabs are blocks here.'

input() {
    gawk -v classes="$(times 16)" 'BEGIN {
        srand(71)
        print "#include <algorithm>\n#include <deque>\n#include <functional>\n#include <map>\n#include <memory>"
        print "#include <numeric>\n#include <set>\n#include <sstream>\n#include <string>\n#include <unordered_map>\n#include <vector>"
        for (c = 0; c < classes; c++) {
            printf "struct C%d {\n    std::string name; int key = %d; double weight[%d];\n", c, c, 1 + rand() * 9
            printf "    bool operator<(const C%d &o) const { return key < o.key || (key == o.key && name < o.name); }\n};\n", c
            printf "std::map<std::string, std::vector<C%d>> by_name%d(const std::vector<C%d> &all)\n{\n", c, c, c
            printf "    std::map<std::string, std::vector<C%d>> found;\n    for (const auto &one : all) found[one.name].push_back(one);\n", c
            printf "    for (auto &[name, some] : found) std::sort(some.begin(), some.end());\n    return found;\n}\n"
            printf "std::string tell%d(std::unordered_map<int, std::shared_ptr<C%d>> &index, std::set<C%d> &kept)\n{\n", c, c, c
            printf "    std::ostringstream out;\n    std::deque<std::function<double(double)>> steps;\n"
            for (i = 0; i < 6; i++)
                printf "    steps.push_back([=](double x) { return x * %d + kept.size() / (%d + x); });\n", rand() * 100, 1 + rand() * 50
            printf "    for (auto &[key, one] : index) {\n        double x = key;\n        for (auto &step : steps) x = step(x);\n"
            printf "        one->weight[0] = x;\n        kept.insert(*one);\n        out << one->name << x << std::endl;\n    }\n    return out.str();\n}\n"
        }
    }' >classes.cpp
}

run() {
    trace clang++ -O2 -std=c++17 -c classes.cpp -o classes.o
}
