#include "results/machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first line of a small file, without its newline; empty if there is none. */
static void first_line(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    out[0] = '\0';
    if (file) {
        if (fgets(out, (int)size, file)) {
            out[strcspn(out, "\n")] = '\0';
        }
        fclose(file);
    }
}

/* What /proc/cpuinfo says about the first processor: its model, and whether it is virtual. */
static void describe_cpu(struct machine *m)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[4096];
    while (file && fgets(line, sizeof line, file) && line[0] != '\n') {
        char *value = strchr(line, ':');
        if (!value) {
            continue;
        }
        value += strspn(value, ": \t");
        value[strcspn(value, "\n")] = '\0';
        if (!strncmp(line, "model name", 10)) {
            snprintf(m->cpu, sizeof m->cpu, "%.127s", value);
        } else if (!strncmp(line, "flags", 5)) {
            snprintf(m->virtualised, sizeof m->virtualised, "%s",
                     strstr(value, " hypervisor") ? "yes" : "no");
        }
    }
    if (file) {
        fclose(file);
    }
}

void machine_describe(struct machine *m)
{
    *m = (struct machine){.cpu = ""};
    struct utsname name;
    describe_cpu(m);
    if (uname(&name) == 0) {
        snprintf(m->host, sizeof m->host, "%.64s", name.nodename);
        snprintf(m->kernel, sizeof m->kernel, "%.40s %.60s", name.sysname, name.release);
    }
    first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", m->governor,
               sizeof m->governor);
    first_line("/sys/kernel/mm/transparent_hugepage/enabled", m->huge_pages, sizeof m->huge_pages);
    m->cores = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
    m->memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}
