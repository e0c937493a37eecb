/* subject.h - what a test knows of the program that it records. */
#ifndef FITLAB_RECORD_SUBJECT_H
#define FITLAB_RECORD_SUBJECT_H

enum {
    OWN_SIZE = 100000,       /* blocks of this size and above are the subject's own */
    OWN_LEFT = 1000,         /* blocks live when the subject is ended by a signal or _exit */
    OWN_CHILD_EVENTS = 10000 /* of each child of the mode forks, but for the last frees */
};

#endif
