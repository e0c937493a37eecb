package=python3.11-minimal
program=/usr/bin/python3
does='A discrete-event simulation of a shop with queues, customers as objects and a JSON report at
the end, with the allocator of Python switched off, so that every object is a block of its own.
Very many tiny blocks, most of them short-lived.'
environment=(PYTHONMALLOC=malloc PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1)

input() {
    cat >shop.py <<'PYTHON'
import heapq, json, random, sys

class Customer:
    def __init__(self, number, now, items):
        self.number, self.arrived, self.items = number, now, items
        self.history = [("arrived", now)]

def simulate(customers, desks, seed):
    rng = random.Random(seed)
    events, queue, idle, done = [], [], list(range(desks)), []
    now = 0.0
    for number in range(customers):
        now += rng.expovariate(1.0)
        heapq.heappush(events, (now, number, "arrive", None))
    while events:
        now, number, what, desk = heapq.heappop(events)
        if what == "arrive":
            items = {"item%d" % rng.randrange(200): rng.randrange(1, 5) for _ in range(rng.randrange(1, 9))}
            queue.append(Customer(number, now, items))
        else:
            idle.append(desk)
        while idle and queue:
            customer, desk = queue.pop(0), idle.pop()
            customer.history.append(("served", now))
            took = sum(customer.items.values()) * rng.uniform(0.1, 0.5)
            heapq.heappush(events, (now + took, customer.number, "leave", desk))
            done.append({"number": customer.number, "waited": now - customer.arrived,
                         "history": customer.history, "items": customer.items})
            if len(done) > 400:
                done = done[200:]
    return done

report = json.dumps(simulate(int(sys.argv[1]), 3, 5), indent=1)
print(len(report), len(json.loads(report)))
PYTHON
}

run() {
    trace /usr/bin/python3 -S shop.py "$(times 2000)"
}
