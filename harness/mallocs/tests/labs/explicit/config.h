#define ALIGNMENT 8
#define MAX_HEAP  (20 * (1 << 20))
