package=povray
program=povray
does='The ray tracer reads a scene of hundreds of thousands of objects, sorts them into trees of boxes and
renders them with four threads: C++ objects, millions of small blocks.'
outside='nothing.'

input() {
    gawk -v objects="$(times 300000)" 'BEGIN {
        srand(101)
        print "#version 3.7; global_settings { assumed_gamma 1 }"
        print "camera { location <0, 4, -12> look_at 0 } light_source { <20, 30, -20> rgb 1 }"
        for (i = 0; i < objects; i++) {
            p = sprintf("<%.3f, %.3f, %.3f>", 12 * rand() - 6, 8 * rand() - 4, 12 * rand() - 6)
            look = sprintf("texture { pigment { rgb <%.2f, %.2f, %.2f> } finish { phong %.2f } }", rand(), rand(), rand(), rand())
            if (rand() < .6) printf "sphere { %s, %.3f %s }\n", p, .01 + .03 * rand(), look
            else if (rand() < .5) printf "box { -%.3f, %.3f rotate %d*y translate %s %s }\n", .02, .02, 90 * rand(), p, look
            else printf "union { sphere { 0, .02 } cylinder { 0, .06*y, .01 } translate %s %s }\n", p, look
        }
    }' >scene.pov
}

run() {
    trace povray -D +WT4 +W640 +H480 +Iscene.pov +Oscene.png
}
