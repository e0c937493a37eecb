/* empty.c - a library with nothing in it: preloaded, it shows what preloading alone costs. */
extern const char fitlab_empty[];
__attribute__((visibility("default"))) const char fitlab_empty[] = "";
