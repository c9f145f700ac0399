/* The functions that libpgodbc exports. Written by cbindgen when the driver is built; do not edit. */

#ifndef PGODBC_H
#define PGODBC_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#endif  /* PGODBC_H */
