#include "present/figures/picture_metadata.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "present/figures/markup.h"
#include "present/figures/pdf_plain.h"

struct bytes {
    char *at;
    size_t length;
};

static bool read_whole(const char *path, struct bytes *b, struct problem *problem)
{
    *b = (struct bytes){0};
    FILE *in = fopen(path, "rb");
    if (!in) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    FILE *memory = open_memstream(&b->at, &b->length);
    char block[65536];
    size_t got;
    while (memory && (got = fread(block, 1, sizeof block, in)) > 0) {
        fwrite(block, 1, got, memory);
    }
    bool read = memory && !ferror(in) && !ferror(memory);
    if (memory && fclose(memory)) {
        read = false;
    }
    fclose(in);
    return read || problem_set(problem, "%s: cannot be read", path);
}

/* --- SVG: a metadata element before the description ------------------------------------------ */

/* Copies SVG text, in which gnuplot can name one font only, and has no word for a bold one. */
static void copy_svg(const char *at, size_t length, FILE *out)
{
    static const struct {
        const char *from, *to;
    } fonts[] = {
        {"\"Liberation Sans:Bold\"", "\"Liberation Sans, Arial, sans-serif\" font-weight=\"bold\""},
        {"\"Liberation Sans\"", "\"Liberation Sans, Arial, sans-serif\""},
    };
    const char *end = at + length, *next;
    while ((next = memmem(at, (size_t)(end - at), "\"Liberation", 11))) {
        fwrite(at, 1, (size_t)(next - at), out);
        at = next;
        size_t i = 0, count = sizeof fonts / sizeof *fonts;
        while (i < count && strncmp(at, fonts[i].from, strlen(fonts[i].from)) != 0) {
            i++;
        }
        fputs(i < count ? fonts[i].to : "\"", out);
        at += i < count ? strlen(fonts[i].from) : 1;
    }
    fwrite(at, 1, (size_t)(end - at), out);
}

static void stamp_svg(const struct bytes *svg, const struct picture_metadata *stamp, FILE *out)
{
    const char *title = memmem(svg->at, svg->length, "<title>", 7);
    const char *desc = memmem(svg->at, svg->length, "<desc>", 6);
    if (!title || !desc || desc < title) {
        fwrite(svg->at, 1, svg->length, out);
        return;
    }
    fwrite(svg->at, 1, (size_t)(title - svg->at), out);
    fputs("<title>", out);
    markup_text(out, stamp->title);
    fputs("</title>\n<metadata>\n", out);
    markup_text(out, stamp->caption);
    fputc('\n', out);
    markup_text(out, stamp->provenance);
    fputs("</metadata>\n", out);
    copy_svg(desc, svg->length - (size_t)(desc - svg->at), out);
}

/* --- PNG: text chunks after the header chunk -------------------------------------------------- */

static void put_big_endian(FILE *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        fputc((int)(value >> shift & 255), out);
    }
}

static void png_text(FILE *out, const char *keyword, const char *text)
{
    size_t key = strlen(keyword) + 1, length = key + strlen(text);
    char *chunk = malloc(4 + length + 1);
    if (!chunk) {
        abort();
    }
    memcpy(chunk, "tEXt", 4);
    memcpy(chunk + 4, keyword, key);
    memcpy(chunk + 4 + key, text, length - key);
    put_big_endian(out, (uint32_t)length);
    fwrite(chunk, 1, 4 + length, out);
    put_big_endian(out, (uint32_t)crc32(0, (const unsigned char *)chunk, (unsigned)(4 + length)));
    free(chunk);
}

static void stamp_png(const struct bytes *png, const struct picture_metadata *stamp, FILE *out)
{
    enum { HEADER = 8 + 12 + 13 }; /* the signature, and the IHDR chunk */
    if (png->length < HEADER) {
        fwrite(png->at, 1, png->length, out);
        return;
    }
    fwrite(png->at, 1, HEADER, out);
    png_text(out, "Title", stamp->title);
    png_text(out, "Description", stamp->caption);
    png_text(out, "Source", stamp->provenance);
    fwrite(png->at + HEADER, 1, png->length - HEADER, out);
}

/* --- PDF: the information dictionary again, in an update appended to the file ------------------
 */

static void pdf_string(FILE *out, const char *text)
{
    fputc('(', out);
    for (; *text; text++) {
        if (strchr("()\\", *text)) {
            fputc('\\', out);
        }
        fputc((unsigned char)*text < 128 ? *text : '?', out);
    }
    fputc(')', out);
}

/* The number after the last `word`, or -1. */
static long pdf_number(const struct bytes *pdf, const char *word)
{
    size_t length = strlen(word);
    const char *last = NULL, *at = pdf->at;
    const char *end = pdf->at + pdf->length;
    while ((at = memmem(at, (size_t)(end - at), word, length))) {
        last = at;
        at += length;
    }
    return last ? strtol(last + length, NULL, 10) : -1;
}

/* A date in a compressed part cannot be overwritten, so such a file is rewritten without compressed
 * parts. */
static void pdf_decompress(struct bytes *pdf)
{
    size_t length;
    char *plain = pdf_plain(pdf->at, pdf->length, &length);
    if (plain) {
        free(pdf->at);
        *pdf = (struct bytes){plain, length};
    }
}

static void pdf_blank_date(struct bytes *pdf)
{
    char *date = memmem(pdf->at, pdf->length, "/CreationDate (", 15);
    char *end = date ? memchr(date, ')', pdf->length - (size_t)(date - pdf->at)) : NULL;
    if (end) {
        memset(date, ' ', (size_t)(end - date) + 1);
    }
}

static void stamp_pdf(struct bytes *pdf, const struct picture_metadata *stamp, FILE *out)
{
    pdf_decompress(pdf);
    long size = pdf_number(pdf, "/Size "), root = pdf_number(pdf, "/Root "),
         info = pdf_number(pdf, "/Info "), previous = pdf_number(pdf, "startxref\n");
    bool classic = memmem(pdf->at, pdf->length, "\ntrailer\n", 9) != NULL;
    if (classic) {
        pdf_blank_date(pdf);
    }
    fwrite(pdf->at, 1, pdf->length, out);
    if (!classic || size < 0 || root < 0 || info < 0 || previous < 0) {
        return;
    }
    long object = ftell(out);
    fprintf(out, "%ld 0 obj\n<< /Creator (fitlab)\n/Title ", info);
    pdf_string(out, stamp->title);
    fputs("\n/Subject ", out);
    pdf_string(out, stamp->caption);
    fputs("\n/Keywords ", out);
    pdf_string(out, stamp->provenance);
    fputs("\n>>\nendobj\n", out);
    long table = ftell(out);
    fprintf(out,
            "xref\n%ld 1\n%010ld 00000 n \ntrailer\n<< /Size %ld /Root %ld 0 R /Info %ld 0 R "
            "/Prev %ld >>\nstartxref\n%ld\n%%%%EOF\n",
            info, object, size, root, info, previous, table);
}

bool picture_metadata_write(const char *path, const struct picture_metadata *stamp,
                            struct problem *problem)
{
    struct bytes picture;
    if (!read_whole(path, &picture, problem)) {
        free(picture.at);
        return false;
    }
    FILE *out = fopen(path, "wb");
    const char *suffix = strrchr(path, '.');
    if (out && suffix && !strcmp(suffix, ".svg")) {
        stamp_svg(&picture, stamp, out);
    } else if (out && suffix && !strcmp(suffix, ".png")) {
        stamp_png(&picture, stamp, out);
    } else if (out) {
        stamp_pdf(&picture, stamp, out);
    }
    free(picture.at);
    if (!out || fclose(out)) {
        return problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
    }
    return true;
}
