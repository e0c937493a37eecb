package=make
program=make
does='A build of generated targets with pattern rules, functions and included fragments, planned
and not executed. Strings and hash tables that grow and stay: every second block is never freed.'

input() {
    gawk -v targets="$(times 1500)" 'BEGIN {
        srand(71)
        print "all: $(foreach n,$(shell seq 1 " targets "),out/$(n).bin)\n"
        print "out/%.bin: obj/%.o\n\t@echo link $@ from $^ $(filter-out x,$(subst o,0,$*))\n"
        print "obj/%.o: src/%.c\n\t@echo cc -c $< -o $@ $(addprefix -I,include gen/$*)\n"
        for (t = 1; t <= targets; t++) {
            printf "src/%d.c: ;\n", t
            if (rand() < .5) printf "obj/%d.o: CFLAGS += -DNUMBER=%d\nobj/%d.o: src/%d.c src/%d.c\n", t, t, t, t, 1 + rand() * targets
        }
    }' >Makefile
}

run() {
    trace make -n -r all
}
