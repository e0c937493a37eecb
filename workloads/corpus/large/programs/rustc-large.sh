package=rustc
program=/usr/bin/rustc
does='The Rust compiler with -O on a generated library of generic types and closures: a front end in Rust, then
LLVM, in C++, in some threads.'
outside='nothing; types, names and the syntax tree lie in arenas, whose slabs are blocks here.'

input() {
    gawk -v types="$(times 6)" 'BEGIN {
        srand(73)
        print "use std::collections::{BTreeMap, HashMap, HashSet};"
        for (t = 0; t < types; t++) {
            printf "#[derive(Clone, Debug, PartialEq, Default)]\npub struct T%d { pub name: String, pub key: u%d, pub tags: Vec<(u32, String)>, pub weight: [f64; %d] }\n", t, 2 ^ (3 + int(rand() * 4)), 1 + rand() * 7
            printf "pub fn group%d(all: &[T%d]) -> BTreeMap<String, Vec<T%d>> {\n    let mut found: BTreeMap<String, Vec<T%d>> = BTreeMap::new();\n", t, t, t, t
            printf "    for one in all { found.entry(one.name.clone()).or_default().push(one.clone()); }\n"
            printf "    for some in found.values_mut() { some.sort_by(|a, b| b.tags.cmp(&a.tags).then(a.key.cmp(&b.key))); }\n    found\n}\n"
            printf "pub fn tell%d(index: &HashMap<u64, T%d>, seen: &mut HashSet<String>) -> String {\n    let mut out = String::new();\n", t, t
            for (i = 0; i < 4; i++)
                printf "    out.extend(index.values().filter(|x| x.weight[0] > %d.5 && seen.insert(x.name.clone())).map(|x| format!(\"{:?} {}\", x, x.tags.len() * %d)));\n", rand() * 90, 1 + rand() * 40
            printf "    out\n}\n"
        }
    }' >types.rs
}

run() {
    trace /usr/bin/rustc --edition 2021 --crate-type lib --emit obj -O -C codegen-units=4 types.rs
}
