package io.capstan.catalog;

/** A constant that is stored as a number, which never changes. */
interface Code {

    /** 0 to 255. */
    int code();
}
