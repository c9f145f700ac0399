//! SQLProcedures and SQLProcedureColumns.

use crate::catalog_zoo::{Question, Zoo, ask, check_columns, connect_as};

#[test]
fn procedures_and_functions() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = zoo.schema.replace('_', "\\_");
        let of = |name: Option<&str>| ask(&connection, Question::Procedures, &[None, Some(&schema), name]);
        // Input and output parameters, result sets, remarks, SQL_PT_PROCEDURE 1 or SQL_PT_FUNCTION 2. No aggregate, nothing
        // that only a trigger calls.
        let all = zoo.rows([
            "DB|ZOO|act|2|1|0|does it|1",
            "DB|ZOO|nothing|0|0|0|-|2",
            "DB|ZOO|numbers|0|0|1|-|2",
            "DB|ZOO|outs|2|2|0|-|2",
            "DB|ZOO|plain|2|0|0|-|2",
            "DB|ZOO|plain|1|0|0|-|2",
            "DB|ZOO|points|0|0|1|-|2",
            "DB|ZOO|rows_of|1|0|1|-|2",
        ]);
        assert_eq!(of(None), all);
        assert_eq!(of(Some("%")), all);
        assert_eq!(of(Some("p_%")), all[4..7]);
        assert_eq!(of(Some("rows\\_of")), all[7..]);
        assert!(of(Some("")).is_empty() && of(Some("p\\_%")).is_empty());
        let names = match version {
            2 => "PROCEDURE_QUALIFIER text?, PROCEDURE_OWNER text?",
            _ => "PROCEDURE_CAT text?, PROCEDURE_SCHEM text?",
        };
        let columns = format!(
            "{names}, PROCEDURE_NAME text, NUM_INPUT_PARAMS int?, NUM_OUTPUT_PARAMS int?, NUM_RESULT_SETS int?, \
             REMARKS text?, PROCEDURE_TYPE small?"
        );
        check_columns(&connection, Question::Procedures, &[None, Some("no"), Some("x")], &columns);
    }
}

#[test]
fn parameters_and_results() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = zoo.schema.replace('_', "\\_");
        let of = |name: Option<&str>, column: Option<&str>| {
            ask(&connection, Question::ProcedureColumns, &[None, Some(&schema), name, column])
        };
        // COLUMN_TYPE: SQL_PARAM_INPUT 1, _INPUT_OUTPUT 2, SQL_RESULT_COL 3, SQL_PARAM_OUTPUT 4, SQL_RETURN_VALUE 5.
        // DATA_TYPE, TYPE_NAME, COLUMN_SIZE, BUFFER_LENGTH, DECIMAL_DIGITS, NUM_PREC_RADIX, NULLABLE, REMARKS, COLUMN_DEF,
        // SQL_DATA_TYPE, SQL_DATETIME_SUB, CHAR_OCTET_LENGTH, ORDINAL_POSITION, IS_NULLABLE.
        let date = if version == 2 { 9 } else { 91 };
        let all = [
            "act|a|1|4|int4|10|4|0|10|1|-|-|4|-|-|1|YES".to_owned(),
            "act|b|2|4|int4|10|4|0|10|1|-|3|4|-|-|2|YES".to_owned(),
            "numbers|numbers|3|-5|int8|19|8|0|10|1|-|-|-5|-|-|1|YES".to_owned(),
            "outs|a|1|4|int4|10|4|0|10|1|-|-|4|-|-|1|YES".to_owned(),
            format!("outs|b|4|{date}|date|10|6|-|-|1|-|-|9|1|-|2|YES"),
            "outs|c|2|-7|bool|1|1|-|-|1|-|-|-7|-|-|3|YES".to_owned(),
            "plain||5|8|float8|53|8|-|2|1|-|-|8|-|-|0|YES".to_owned(),
            "plain|a|1|4|int4|10|4|0|10|1|-|-|4|-|-|1|YES".to_owned(),
            format!("plain|b|1|{date}|date|10|6|-|-|1|-|'2020-02-02'::date|9|1|-|2|YES"),
            "plain||5|4|positive|10|4|0|10|0|-|-|4|-|-|0|NO".to_owned(),
            "plain||1|-9|shorter|12|48|-|-|1|-|-|-9|-|48|1|YES".to_owned(),
            "points|x|3|8|float8|53|8|-|2|1|-|-|8|-|-|1|YES".to_owned(),
            "points|z|3|2|numeric|6|8|2|10|1|-|-|2|-|-|2|YES".to_owned(),
            "rows_of|v|1|-10|_int4|1073741823|OCTETS|-|-|1|-|-|-10|-|OCTETS|1|YES".to_owned(),
            "rows_of|x|3|4|int4|10|4|0|10|1|-|-|4|-|-|1|YES".to_owned(),
            format!("rows_of|y|3|{date}|date|10|6|-|-|1|-|-|9|1|-|2|YES"),
        ];
        let all = zoo.rows(all.map(|row| format!("DB|ZOO|{row}")).iter().map(String::as_str));
        assert_eq!(of(None, None), all);
        assert_eq!(of(Some("outs"), Some("%")), all[3..6]);
        assert_eq!(of(None, Some("b")), [&all[1..2], &all[4..5], &all[8..9]].concat());
        // What has no name is asked for by an empty one.
        assert_eq!(of(Some("plain"), Some("")), [&all[6..7], &all[9..11]].concat());
        assert!(of(Some("nothing"), None).is_empty());
        let (names, sizes) = match version {
            2 => (
                "PROCEDURE_QUALIFIER text?, PROCEDURE_OWNER text?",
                "PRECISION int?, LENGTH int?, SCALE small?, RADIX small?",
            ),
            _ => (
                "PROCEDURE_CAT text?, PROCEDURE_SCHEM text?",
                "COLUMN_SIZE int?, BUFFER_LENGTH int?, DECIMAL_DIGITS small?, NUM_PREC_RADIX small?",
            ),
        };
        let columns = format!(
            "{names}, PROCEDURE_NAME text, COLUMN_NAME text, COLUMN_TYPE small, DATA_TYPE small, TYPE_NAME text, {sizes}, \
             NULLABLE small, REMARKS text?, COLUMN_DEF text?, SQL_DATA_TYPE small, SQL_DATETIME_SUB small?, \
             CHAR_OCTET_LENGTH int?, ORDINAL_POSITION int, IS_NULLABLE text?"
        );
        check_columns(&connection, Question::ProcedureColumns, &[None, Some("no"), Some("x")], &columns);
    }
}
