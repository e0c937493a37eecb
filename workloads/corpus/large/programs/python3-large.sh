package=python3.11-minimal
program=/usr/bin/python3
does='Records are made, indexed by each of their words, written as JSON and read again, and thinned out and
replaced in rounds, with the allocator of Python switched off, so that every object is a block of its
own: millions of live blocks, most of them tiny.'
outside='nothing of note.'
environment=(PYTHONMALLOC=malloc PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1)

input() {
    cat >archive.py <<'PYTHON'
import json, random, sys

rng = random.Random(17)
words = ["w%05d" % rng.randrange(30000) for _ in range(12000)]

def make(number):
    return {"number": number, "title": "record %d" % number, "weight": rng.random(),
            "words": rng.sample(words, rng.randrange(2, 9)),
            "parts": [{"at": rng.randrange(10000), "text": "part %d" % rng.randrange(100000)}
                      for _ in range(rng.randrange(1, 5))]}

count = int(sys.argv[1])
archive = {number: make(number) for number in range(count)}
index = {}
for number, record in archive.items():
    for word in record["words"]:
        index.setdefault(word, {})[number] = record["weight"]
text = json.dumps([archive[number] for number in range(0, count, 2)])
copies = json.loads(text)
print(len(text), len(copies))
for turn in range(4):
    for number in rng.sample(sorted(archive), count // 5):
        record = archive.pop(number)
        for word in record["words"]:
            index[word].pop(number, None) # a record may have a word twice
        fresh = make(number + count)
        archive[fresh["number"]] = fresh
        for word in fresh["words"]:
            index.setdefault(word, {})[fresh["number"]] = fresh["weight"]
    copies = copies[len(copies) // 3:]
print(len(archive), len(index), len(copies))
PYTHON
}

run() {
    trace /usr/bin/python3 -S archive.py "$(times 100000)"
}
