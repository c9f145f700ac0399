/* The functions that libpgodbc exports. Written by cbindgen when the driver is built; do not edit. */

#ifndef PGODBC_H
#define PGODBC_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

/* Connection attributes of pgodbc's own: docs/keywords.md, docs/notifications.md. */
#define SQL_ATTR_PGODBC_ACCESS_TOKEN 0x4001
#define SQL_ATTR_PGODBC_NOTIFICATION 0x4002
#define SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL 0x4003
#define SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD 0x4004
#define SQL_ATTR_PGODBC_NOTIFICATIONS 0x4005
#define SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT 0x4006

/* A statement attribute: docs/arrays.md. */
#define SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR 0x4007

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

SQLRETURN SQLAllocHandle(SQLSMALLINT HandleType, SQLHANDLE InputHandle, SQLHANDLE *OutputHandle);

SQLRETURN SQLBindCol(SQLHSTMT StatementHandle,
                     SQLUSMALLINT ColumnNumber,
                     SQLSMALLINT TargetType,
                     SQLPOINTER TargetValue,
                     SQLLEN BufferLength,
                     SQLLEN *StrLen_or_Ind);

SQLRETURN SQLBindParameter(SQLHSTMT hstmt,
                           SQLUSMALLINT ipar,
                           SQLSMALLINT fParamType,
                           SQLSMALLINT fCType,
                           SQLSMALLINT fSqlType,
                           SQLULEN cbColDef,
                           SQLSMALLINT ibScale,
                           SQLPOINTER rgbValue,
                           SQLLEN cbValueMax,
                           SQLLEN *pcbValue);

SQLRETURN SQLBrowseConnect(SQLHDBC hdbc,
                           SQLCHAR *szConnStrIn,
                           SQLSMALLINT cchConnStrIn,
                           SQLCHAR *szConnStrOut,
                           SQLSMALLINT cchConnStrOutMax,
                           SQLSMALLINT *pcchConnStrOut);

SQLRETURN SQLBrowseConnectW(SQLHDBC hdbc,
                            SQLWCHAR *szConnStrIn,
                            SQLSMALLINT cchConnStrIn,
                            SQLWCHAR *szConnStrOut,
                            SQLSMALLINT cchConnStrOutMax,
                            SQLSMALLINT *pcchConnStrOut);

SQLRETURN SQLBulkOperations(SQLHSTMT StatementHandle, SQLSMALLINT Operation);

SQLRETURN SQLCancel(SQLHSTMT StatementHandle);

SQLRETURN SQLCancelHandle(SQLSMALLINT HandleType, SQLHANDLE InputHandle);

SQLRETURN SQLCloseCursor(SQLHSTMT StatementHandle);

SQLRETURN SQLColAttribute(SQLHSTMT StatementHandle,
                          SQLUSMALLINT ColumnNumber,
                          SQLUSMALLINT FieldIdentifier,
                          SQLPOINTER CharacterAttribute,
                          SQLSMALLINT BufferLength,
                          SQLSMALLINT *StringLength,
                          SQLLEN *NumericAttribute);

SQLRETURN SQLColAttributeW(SQLHSTMT hstmt,
                           SQLUSMALLINT iCol,
                           SQLUSMALLINT iField,
                           SQLPOINTER pCharAttr,
                           SQLSMALLINT cbDescMax,
                           SQLSMALLINT *pcbCharAttr,
                           SQLLEN *pNumAttr);

SQLRETURN SQLColumnPrivileges(SQLHSTMT StatementHandle,
                              SQLCHAR *CatalogName,
                              SQLSMALLINT NameLength1,
                              SQLCHAR *SchemaName,
                              SQLSMALLINT NameLength2,
                              SQLCHAR *TableName,
                              SQLSMALLINT NameLength3,
                              SQLCHAR *ColumnName,
                              SQLSMALLINT NameLength4);

SQLRETURN SQLColumnPrivilegesW(SQLHSTMT StatementHandle,
                               SQLWCHAR *CatalogName,
                               SQLSMALLINT NameLength1,
                               SQLWCHAR *SchemaName,
                               SQLSMALLINT NameLength2,
                               SQLWCHAR *TableName,
                               SQLSMALLINT NameLength3,
                               SQLWCHAR *ColumnName,
                               SQLSMALLINT NameLength4);

SQLRETURN SQLColumns(SQLHSTMT StatementHandle,
                     SQLCHAR *CatalogName,
                     SQLSMALLINT NameLength1,
                     SQLCHAR *SchemaName,
                     SQLSMALLINT NameLength2,
                     SQLCHAR *TableName,
                     SQLSMALLINT NameLength3,
                     SQLCHAR *ColumnName,
                     SQLSMALLINT NameLength4);

SQLRETURN SQLColumnsW(SQLHSTMT StatementHandle,
                      SQLWCHAR *CatalogName,
                      SQLSMALLINT NameLength1,
                      SQLWCHAR *SchemaName,
                      SQLSMALLINT NameLength2,
                      SQLWCHAR *TableName,
                      SQLSMALLINT NameLength3,
                      SQLWCHAR *ColumnName,
                      SQLSMALLINT NameLength4);

SQLRETURN SQLConnect(SQLHDBC ConnectionHandle,
                     SQLCHAR *ServerName,
                     SQLSMALLINT NameLength1,
                     SQLCHAR *UserName,
                     SQLSMALLINT NameLength2,
                     SQLCHAR *Authentication,
                     SQLSMALLINT NameLength3);

SQLRETURN SQLConnectW(SQLHDBC ConnectionHandle,
                      SQLWCHAR *ServerName,
                      SQLSMALLINT NameLength1,
                      SQLWCHAR *UserName,
                      SQLSMALLINT NameLength2,
                      SQLWCHAR *Authentication,
                      SQLSMALLINT NameLength3);

SQLRETURN SQLCopyDesc(SQLHDESC SourceDescHandle, SQLHDESC TargetDescHandle);

SQLRETURN SQLDescribeCol(SQLHSTMT StatementHandle,
                         SQLUSMALLINT ColumnNumber,
                         SQLCHAR *ColumnName,
                         SQLSMALLINT BufferLength,
                         SQLSMALLINT *NameLength,
                         SQLSMALLINT *DataType,
                         SQLULEN *ColumnSize,
                         SQLSMALLINT *DecimalDigits,
                         SQLSMALLINT *Nullable);

SQLRETURN SQLDescribeColW(SQLHSTMT hstmt,
                          SQLUSMALLINT icol,
                          SQLWCHAR *szColName,
                          SQLSMALLINT cchColNameMax,
                          SQLSMALLINT *pcchColName,
                          SQLSMALLINT *pfSqlType,
                          SQLULEN *pcbColDef,
                          SQLSMALLINT *pibScale,
                          SQLSMALLINT *pfNullable);

SQLRETURN SQLDescribeParam(SQLHSTMT hstmt,
                           SQLUSMALLINT ipar,
                           SQLSMALLINT *pfSqlType,
                           SQLULEN *pcbParamDef,
                           SQLSMALLINT *pibScale,
                           SQLSMALLINT *pfNullable);

SQLRETURN SQLDisconnect(SQLHDBC ConnectionHandle);

SQLRETURN SQLDriverConnect(SQLHDBC hdbc,
                           SQLHWND _hwnd,
                           SQLCHAR *szConnStrIn,
                           SQLSMALLINT cchConnStrIn,
                           SQLCHAR *szConnStrOut,
                           SQLSMALLINT cchConnStrOutMax,
                           SQLSMALLINT *pcchConnStrOut,
                           SQLUSMALLINT fDriverCompletion);

SQLRETURN SQLDriverConnectW(SQLHDBC hdbc,
                            SQLHWND _hwnd,
                            SQLWCHAR *szConnStrIn,
                            SQLSMALLINT cchConnStrIn,
                            SQLWCHAR *szConnStrOut,
                            SQLSMALLINT cchConnStrOutMax,
                            SQLSMALLINT *pcchConnStrOut,
                            SQLUSMALLINT fDriverCompletion);

SQLRETURN SQLEndTran(SQLSMALLINT HandleType, SQLHANDLE Handle, SQLSMALLINT CompletionType);

SQLRETURN SQLExecDirect(SQLHSTMT StatementHandle, SQLCHAR *StatementText, SQLINTEGER TextLength);

SQLRETURN SQLExecDirectW(SQLHSTMT StatementHandle, SQLWCHAR *StatementText, SQLINTEGER TextLength);

SQLRETURN SQLExecute(SQLHSTMT StatementHandle);

SQLRETURN SQLExtendedFetch(SQLHSTMT hstmt,
                           SQLUSMALLINT fFetchType,
                           SQLLEN irow,
                           SQLULEN *pcrow,
                           SQLUSMALLINT *rgfRowStatus);

SQLRETURN SQLFetch(SQLHSTMT StatementHandle);

SQLRETURN SQLFetchScroll(SQLHSTMT StatementHandle, SQLSMALLINT FetchOrientation, SQLLEN FetchOffset);

SQLRETURN SQLForeignKeys(SQLHSTMT StatementHandle,
                         SQLCHAR *PKCatalogName,
                         SQLSMALLINT NameLength1,
                         SQLCHAR *PKSchemaName,
                         SQLSMALLINT NameLength2,
                         SQLCHAR *PKTableName,
                         SQLSMALLINT NameLength3,
                         SQLCHAR *FKCatalogName,
                         SQLSMALLINT NameLength4,
                         SQLCHAR *FKSchemaName,
                         SQLSMALLINT NameLength5,
                         SQLCHAR *FKTableName,
                         SQLSMALLINT NameLength6);

SQLRETURN SQLForeignKeysW(SQLHSTMT StatementHandle,
                          SQLWCHAR *PKCatalogName,
                          SQLSMALLINT NameLength1,
                          SQLWCHAR *PKSchemaName,
                          SQLSMALLINT NameLength2,
                          SQLWCHAR *PKTableName,
                          SQLSMALLINT NameLength3,
                          SQLWCHAR *FKCatalogName,
                          SQLSMALLINT NameLength4,
                          SQLWCHAR *FKSchemaName,
                          SQLSMALLINT NameLength5,
                          SQLWCHAR *FKTableName,
                          SQLSMALLINT NameLength6);

SQLRETURN SQLFreeHandle(SQLSMALLINT HandleType, SQLHANDLE Handle);

SQLRETURN SQLFreeStmt(SQLHSTMT StatementHandle, SQLUSMALLINT Option);

SQLRETURN SQLGetConnectAttr(SQLHDBC ConnectionHandle,
                            SQLINTEGER Attribute,
                            SQLPOINTER Value,
                            SQLINTEGER BufferLength,
                            SQLINTEGER *StringLength);

SQLRETURN SQLGetConnectAttrW(SQLHDBC hdbc,
                             SQLINTEGER fAttribute,
                             SQLPOINTER rgbValue,
                             SQLINTEGER cbValueMax,
                             SQLINTEGER *pcbValue);

SQLRETURN SQLGetCursorName(SQLHSTMT StatementHandle,
                           SQLCHAR *CursorName,
                           SQLSMALLINT BufferLength,
                           SQLSMALLINT *NameLength);

SQLRETURN SQLGetCursorNameW(SQLHSTMT hstmt, SQLWCHAR *szCursor, SQLSMALLINT cchCursorMax, SQLSMALLINT *pcchCursor);

SQLRETURN SQLGetData(SQLHSTMT StatementHandle,
                     SQLUSMALLINT ColumnNumber,
                     SQLSMALLINT TargetType,
                     SQLPOINTER TargetValue,
                     SQLLEN BufferLength,
                     SQLLEN *StrLen_or_Ind);

SQLRETURN SQLGetDescField(SQLHDESC DescriptorHandle,
                          SQLSMALLINT RecNumber,
                          SQLSMALLINT FieldIdentifier,
                          SQLPOINTER Value,
                          SQLINTEGER BufferLength,
                          SQLINTEGER *StringLength);

SQLRETURN SQLGetDescFieldW(SQLHDESC hdesc,
                           SQLSMALLINT iRecord,
                           SQLSMALLINT iField,
                           SQLPOINTER rgbValue,
                           SQLINTEGER cbBufferLength,
                           SQLINTEGER *StringLength);

SQLRETURN SQLGetDescRec(SQLHDESC DescriptorHandle,
                        SQLSMALLINT RecNumber,
                        SQLCHAR *Name,
                        SQLSMALLINT BufferLength,
                        SQLSMALLINT *StringLength,
                        SQLSMALLINT *Type,
                        SQLSMALLINT *SubType,
                        SQLLEN *Length,
                        SQLSMALLINT *Precision,
                        SQLSMALLINT *Scale,
                        SQLSMALLINT *Nullable);

SQLRETURN SQLGetDescRecW(SQLHDESC hdesc,
                         SQLSMALLINT iRecord,
                         SQLWCHAR *szName,
                         SQLSMALLINT cchNameMax,
                         SQLSMALLINT *pcchName,
                         SQLSMALLINT *pfType,
                         SQLSMALLINT *pfSubType,
                         SQLLEN *pLength,
                         SQLSMALLINT *pPrecision,
                         SQLSMALLINT *pScale,
                         SQLSMALLINT *pNullable);

SQLRETURN SQLGetDiagField(SQLSMALLINT HandleType,
                          SQLHANDLE Handle,
                          SQLSMALLINT RecNumber,
                          SQLSMALLINT DiagIdentifier,
                          SQLPOINTER DiagInfo,
                          SQLSMALLINT BufferLength,
                          SQLSMALLINT *StringLength);

SQLRETURN SQLGetDiagFieldW(SQLSMALLINT fHandleType,
                           SQLHANDLE handle,
                           SQLSMALLINT iRecord,
                           SQLSMALLINT fDiagField,
                           SQLPOINTER rgbDiagInfo,
                           SQLSMALLINT cbBufferLength,
                           SQLSMALLINT *pcbStringLength);

SQLRETURN SQLGetDiagRec(SQLSMALLINT HandleType,
                        SQLHANDLE Handle,
                        SQLSMALLINT RecNumber,
                        SQLCHAR *Sqlstate,
                        SQLINTEGER *NativeError,
                        SQLCHAR *MessageText,
                        SQLSMALLINT BufferLength,
                        SQLSMALLINT *TextLength);

SQLRETURN SQLGetDiagRecW(SQLSMALLINT fHandleType,
                         SQLHANDLE handle,
                         SQLSMALLINT iRecord,
                         SQLWCHAR *szSqlState,
                         SQLINTEGER *pfNativeError,
                         SQLWCHAR *szErrorMsg,
                         SQLSMALLINT cchErrorMsgMax,
                         SQLSMALLINT *pcchErrorMsg);

SQLRETURN SQLGetEnvAttr(SQLHENV EnvironmentHandle,
                        SQLINTEGER Attribute,
                        SQLPOINTER Value,
                        SQLINTEGER _BufferLength,
                        SQLINTEGER *StringLength);

SQLRETURN SQLGetFunctions(SQLHDBC ConnectionHandle, SQLUSMALLINT FunctionId, SQLUSMALLINT *Supported);

SQLRETURN SQLGetInfo(SQLHDBC ConnectionHandle,
                     SQLUSMALLINT InfoType,
                     SQLPOINTER InfoValue,
                     SQLSMALLINT BufferLength,
                     SQLSMALLINT *StringLength);

SQLRETURN SQLGetInfoW(SQLHDBC hdbc,
                      SQLUSMALLINT fInfoType,
                      SQLPOINTER rgbInfoValue,
                      SQLSMALLINT cbInfoValueMax,
                      SQLSMALLINT *pcbInfoValue);

SQLRETURN SQLGetStmtAttr(SQLHSTMT StatementHandle,
                         SQLINTEGER Attribute,
                         SQLPOINTER Value,
                         SQLINTEGER _BufferLength,
                         SQLINTEGER *StringLength);

SQLRETURN SQLGetStmtAttrW(SQLHSTMT hstmt,
                          SQLINTEGER fAttribute,
                          SQLPOINTER rgbValue,
                          SQLINTEGER _cbValueMax,
                          SQLINTEGER *pcbValue);

SQLRETURN SQLGetTypeInfo(SQLHSTMT StatementHandle, SQLSMALLINT DataType);

SQLRETURN SQLGetTypeInfoW(SQLHSTMT StatementHandle, SQLSMALLINT DataType);

SQLRETURN SQLMoreResults(SQLHSTMT hstmt);

SQLRETURN SQLNativeSql(SQLHDBC hdbc,
                       SQLCHAR *szSqlStrIn,
                       SQLINTEGER cchSqlStrIn,
                       SQLCHAR *szSqlStr,
                       SQLINTEGER cchSqlStrMax,
                       SQLINTEGER *pcbSqlStr);

SQLRETURN SQLNativeSqlW(SQLHDBC hdbc,
                        SQLWCHAR *szSqlStrIn,
                        SQLINTEGER cchSqlStrIn,
                        SQLWCHAR *szSqlStr,
                        SQLINTEGER cchSqlStrMax,
                        SQLINTEGER *pcchSqlStr);

SQLRETURN SQLNumParams(SQLHSTMT hstmt, SQLSMALLINT *pcpar);

SQLRETURN SQLNumResultCols(SQLHSTMT StatementHandle, SQLSMALLINT *ColumnCount);

SQLRETURN SQLParamData(SQLHSTMT StatementHandle, SQLPOINTER *Value);

SQLRETURN SQLPrepare(SQLHSTMT StatementHandle, SQLCHAR *StatementText, SQLINTEGER TextLength);

SQLRETURN SQLPrepareW(SQLHSTMT StatementHandle, SQLWCHAR *StatementText, SQLINTEGER TextLength);

SQLRETURN SQLPrimaryKeys(SQLHSTMT StatementHandle,
                         SQLCHAR *CatalogName,
                         SQLSMALLINT NameLength1,
                         SQLCHAR *SchemaName,
                         SQLSMALLINT NameLength2,
                         SQLCHAR *TableName,
                         SQLSMALLINT NameLength3);

SQLRETURN SQLPrimaryKeysW(SQLHSTMT StatementHandle,
                          SQLWCHAR *CatalogName,
                          SQLSMALLINT NameLength1,
                          SQLWCHAR *SchemaName,
                          SQLSMALLINT NameLength2,
                          SQLWCHAR *TableName,
                          SQLSMALLINT NameLength3);

SQLRETURN SQLProcedureColumns(SQLHSTMT StatementHandle,
                              SQLCHAR *CatalogName,
                              SQLSMALLINT NameLength1,
                              SQLCHAR *SchemaName,
                              SQLSMALLINT NameLength2,
                              SQLCHAR *ProcName,
                              SQLSMALLINT NameLength3,
                              SQLCHAR *ColumnName,
                              SQLSMALLINT NameLength4);

SQLRETURN SQLProcedureColumnsW(SQLHSTMT StatementHandle,
                               SQLWCHAR *CatalogName,
                               SQLSMALLINT NameLength1,
                               SQLWCHAR *SchemaName,
                               SQLSMALLINT NameLength2,
                               SQLWCHAR *ProcName,
                               SQLSMALLINT NameLength3,
                               SQLWCHAR *ColumnName,
                               SQLSMALLINT NameLength4);

SQLRETURN SQLProcedures(SQLHSTMT StatementHandle,
                        SQLCHAR *CatalogName,
                        SQLSMALLINT NameLength1,
                        SQLCHAR *SchemaName,
                        SQLSMALLINT NameLength2,
                        SQLCHAR *ProcName,
                        SQLSMALLINT NameLength3);

SQLRETURN SQLProceduresW(SQLHSTMT StatementHandle,
                         SQLWCHAR *CatalogName,
                         SQLSMALLINT NameLength1,
                         SQLWCHAR *SchemaName,
                         SQLSMALLINT NameLength2,
                         SQLWCHAR *ProcName,
                         SQLSMALLINT NameLength3);

SQLRETURN SQLPutData(SQLHSTMT StatementHandle, SQLPOINTER Data, SQLLEN StrLen_or_Ind);

SQLRETURN SQLRowCount(SQLHSTMT StatementHandle, SQLLEN *RowCount);

SQLRETURN SQLSetConnectAttr(SQLHDBC ConnectionHandle, SQLINTEGER Attribute, SQLPOINTER Value, SQLINTEGER StringLength);

SQLRETURN SQLSetConnectAttrW(SQLHDBC hdbc, SQLINTEGER fAttribute, SQLPOINTER rgbValue, SQLINTEGER cbValue);

SQLRETURN SQLSetCursorName(SQLHSTMT StatementHandle, SQLCHAR *CursorName, SQLSMALLINT NameLength);

SQLRETURN SQLSetCursorNameW(SQLHSTMT hstmt, SQLWCHAR *szCursor, SQLSMALLINT cchCursor);

SQLRETURN SQLSetDescField(SQLHDESC DescriptorHandle,
                          SQLSMALLINT RecNumber,
                          SQLSMALLINT FieldIdentifier,
                          SQLPOINTER Value,
                          SQLINTEGER BufferLength);

SQLRETURN SQLSetDescFieldW(SQLHDESC DescriptorHandle,
                           SQLSMALLINT RecNumber,
                           SQLSMALLINT FieldIdentifier,
                           SQLPOINTER Value,
                           SQLINTEGER BufferLength);

SQLRETURN SQLSetDescRec(SQLHDESC DescriptorHandle,
                        SQLSMALLINT RecNumber,
                        SQLSMALLINT Type,
                        SQLSMALLINT SubType,
                        SQLLEN Length,
                        SQLSMALLINT Precision,
                        SQLSMALLINT Scale,
                        SQLPOINTER Data,
                        SQLLEN *StringLength,
                        SQLLEN *Indicator);

SQLRETURN SQLSetEnvAttr(SQLHENV EnvironmentHandle, SQLINTEGER Attribute, SQLPOINTER Value, SQLINTEGER _StringLength);

SQLRETURN SQLSetPos(SQLHSTMT hstmt, SQLSETPOSIROW irow, SQLUSMALLINT fOption, SQLUSMALLINT fLock);

SQLRETURN SQLSetStmtAttr(SQLHSTMT StatementHandle, SQLINTEGER Attribute, SQLPOINTER Value, SQLINTEGER _StringLength);

SQLRETURN SQLSetStmtAttrW(SQLHSTMT hstmt, SQLINTEGER fAttribute, SQLPOINTER rgbValue, SQLINTEGER _cbValueMax);

SQLRETURN SQLSpecialColumns(SQLHSTMT StatementHandle,
                            SQLUSMALLINT IdentifierType,
                            SQLCHAR *CatalogName,
                            SQLSMALLINT NameLength1,
                            SQLCHAR *SchemaName,
                            SQLSMALLINT NameLength2,
                            SQLCHAR *TableName,
                            SQLSMALLINT NameLength3,
                            SQLUSMALLINT Scope,
                            SQLUSMALLINT Nullable);

SQLRETURN SQLSpecialColumnsW(SQLHSTMT StatementHandle,
                             SQLUSMALLINT IdentifierType,
                             SQLWCHAR *CatalogName,
                             SQLSMALLINT NameLength1,
                             SQLWCHAR *SchemaName,
                             SQLSMALLINT NameLength2,
                             SQLWCHAR *TableName,
                             SQLSMALLINT NameLength3,
                             SQLUSMALLINT Scope,
                             SQLUSMALLINT Nullable);

SQLRETURN SQLStatistics(SQLHSTMT StatementHandle,
                        SQLCHAR *CatalogName,
                        SQLSMALLINT NameLength1,
                        SQLCHAR *SchemaName,
                        SQLSMALLINT NameLength2,
                        SQLCHAR *TableName,
                        SQLSMALLINT NameLength3,
                        SQLUSMALLINT Unique,
                        SQLUSMALLINT Reserved);

SQLRETURN SQLStatisticsW(SQLHSTMT StatementHandle,
                         SQLWCHAR *CatalogName,
                         SQLSMALLINT NameLength1,
                         SQLWCHAR *SchemaName,
                         SQLSMALLINT NameLength2,
                         SQLWCHAR *TableName,
                         SQLSMALLINT NameLength3,
                         SQLUSMALLINT Unique,
                         SQLUSMALLINT Reserved);

SQLRETURN SQLTablePrivileges(SQLHSTMT StatementHandle,
                             SQLCHAR *CatalogName,
                             SQLSMALLINT NameLength1,
                             SQLCHAR *SchemaName,
                             SQLSMALLINT NameLength2,
                             SQLCHAR *TableName,
                             SQLSMALLINT NameLength3);

SQLRETURN SQLTablePrivilegesW(SQLHSTMT StatementHandle,
                              SQLWCHAR *CatalogName,
                              SQLSMALLINT NameLength1,
                              SQLWCHAR *SchemaName,
                              SQLSMALLINT NameLength2,
                              SQLWCHAR *TableName,
                              SQLSMALLINT NameLength3);

SQLRETURN SQLTables(SQLHSTMT StatementHandle,
                    SQLCHAR *CatalogName,
                    SQLSMALLINT NameLength1,
                    SQLCHAR *SchemaName,
                    SQLSMALLINT NameLength2,
                    SQLCHAR *TableName,
                    SQLSMALLINT NameLength3,
                    SQLCHAR *TableType,
                    SQLSMALLINT NameLength4);

SQLRETURN SQLTablesW(SQLHSTMT StatementHandle,
                     SQLWCHAR *CatalogName,
                     SQLSMALLINT NameLength1,
                     SQLWCHAR *SchemaName,
                     SQLSMALLINT NameLength2,
                     SQLWCHAR *TableName,
                     SQLSMALLINT NameLength3,
                     SQLWCHAR *TableType,
                     SQLSMALLINT NameLength4);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PGODBC_H */
