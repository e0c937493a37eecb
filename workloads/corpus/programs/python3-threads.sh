package=python3.11-minimal
program=/usr/bin/python3
does='Two producing threads, two that transform and one that collects, joined by queues, every object a
block of its own: what one thread allocates another frees.'
environment=(PYTHONMALLOC=malloc PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1)

input() {
    cat >pipeline.py <<'PYTHON'
import queue, random, sys, threading

def produce(out, seed, count):
    rng = random.Random(seed)
    for number in range(count):
        out.put({"id": number, "words": ["w%d" % rng.randrange(500) for _ in range(rng.randrange(1, 12))]})
    out.put(None)

def transform(inbox, out):
    while (record := inbox.get()) is not None:
        lengths = {}
        for word in record["words"]:
            lengths.setdefault(len(word), []).append(word.upper())
        out.put((record["id"], sorted(lengths.items())))
    out.put(None)

def collect(inbox, producers):
    index = {}
    while producers:
        item = inbox.get()
        if item is None:
            producers -= 1
            continue
        for length, words in item[1]:
            index.setdefault((length, words[0]), []).extend(words[:2])
    print(len(index), sum(map(len, index.values())))

made = [queue.Queue(64), queue.Queue(64)]
done = queue.Queue(64)
threads = [threading.Thread(target=produce, args=(made[i], i, int(sys.argv[1]))) for i in range(2)]
threads += [threading.Thread(target=transform, args=(made[i], done)) for i in range(2)]
threads += [threading.Thread(target=collect, args=(done, 2))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
PYTHON
}

run() {
    trace /usr/bin/python3 -S pipeline.py "$(times 1500)"
}
