//! RowDescription and ParameterDescription, borrowed.

use super::frame::Reader;

/// One column of a result as the server describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// In the client encoding.
    pub name: &'a [u8],
    /// 0 where the column is no plain column of a table.
    pub table_oid: u32,
    /// Attribute number in that table, 0 where it is none.
    pub column_id: i16,
    pub type_oid: u32,
    /// Bytes of the type; negative for a variable length.
    pub type_size: i16,
    pub type_modifier: i32,
    /// 0 text, 1 binary; from a Describe of a statement always 0.
    pub format: i16,
}

/// The columns of a result. Checked when it is received.
#[derive(Clone, Copy, Debug)]
pub struct RowDescription<'a> {
    column_count: u16,
    fields: &'a [u8],
}

impl<'a> RowDescription<'a> {
    /// `None` if the fields do not fill `body` exactly.
    pub(super) fn parse(body: &'a [u8]) -> Option<RowDescription<'a>> {
        let mut reader = Reader(body);
        let column_count = reader.u16()?;
        let description = RowDescription { column_count, fields: reader.0 };
        for _ in 0..column_count {
            read_field(&mut reader)?;
        }
        reader.0.is_empty().then_some(description)
    }

    /// Number of columns.
    pub fn column_count(&self) -> u16 {
        self.column_count
    }

    /// The columns in order.
    pub fn fields(&self) -> Fields<'a> {
        Fields { left: self.column_count, reader: Reader(self.fields) }
    }
}

/// The columns of a result, one by one.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    left: u16,
    reader: Reader<'a>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        self.left = self.left.checked_sub(1)?;
        read_field(&mut self.reader)
    }
}

fn read_field<'a>(reader: &mut Reader<'a>) -> Option<Field<'a>> {
    Some(Field {
        name: reader.text()?,
        table_oid: reader.u32()?,
        column_id: reader.i16()?,
        type_oid: reader.u32()?,
        type_size: reader.i16()?,
        type_modifier: reader.i32()?,
        format: reader.i16()?,
    })
}

/// The types of a prepared statement's parameters. Checked when it is received.
#[derive(Clone, Copy, Debug)]
pub struct ParameterDescription<'a> {
    oids: &'a [u8],
}

impl<'a> ParameterDescription<'a> {
    /// `None` if the OIDs do not fill `body` exactly.
    pub(super) fn parse(body: &'a [u8]) -> Option<ParameterDescription<'a>> {
        let mut reader = Reader(body);
        let count = usize::from(reader.u16()?);
        (reader.0.len() == count * 4).then_some(ParameterDescription { oids: reader.0 })
    }

    /// Number of parameters.
    pub fn parameter_count(&self) -> usize {
        self.oids.len() / 4
    }

    /// The types' OIDs in order.
    pub fn oids(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.oids.chunks_exact(4).filter_map(|oid| oid.try_into().ok().map(u32::from_be_bytes))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const COLUMNS: &[u8] = b"\0\x02id\0\0\0\x40\x01\0\x02\0\0\0\x17\0\x04\xff\xff\xff\xff\0\x01\
        n\xe9\0\0\0\0\0\0\0\0\0\x04\x13\xff\xff\0\0\0\x0e\0\0";

    #[test]
    fn fields_are_read_as_the_protocol_lays_them_out() {
        let description = RowDescription::parse(COLUMNS).unwrap();
        assert_eq!(description.column_count(), 2);
        let fields: Vec<_> = description.fields().collect();
        assert_eq!(
            fields[0],
            Field {
                name: b"id",
                table_oid: 0x4001,
                column_id: 2,
                type_oid: 23,
                type_size: 4,
                type_modifier: -1,
                format: 1
            }
        );
        assert_eq!((fields[1].name, fields[1].type_oid, fields[1].type_size), (&b"n\xe9"[..], 1043, -1));
        assert_eq!(fields[1].type_modifier, 14);
    }

    #[test]
    fn counts_and_names_past_the_frame_are_refused() {
        for end in 0..COLUMNS.len() {
            assert!(RowDescription::parse(&COLUMNS[..end]).is_none(), "cut at {end}");
        }
        assert!(RowDescription::parse(b"\xff\xffa\0").is_none());
        assert!(RowDescription::parse(b"\0\0x").is_none());
        assert!(ParameterDescription::parse(b"\xff\xff\0\0\0\x17").is_none());
        assert!(ParameterDescription::parse(b"\0\0\0").is_none());
        assert!(ParameterDescription::parse(b"").is_none());
    }

    #[test]
    fn parameter_types_are_listed() {
        let description = ParameterDescription::parse(b"\0\x02\0\0\0\x17\0\0\x04\x13").unwrap();
        assert_eq!(description.parameter_count(), 2);
        assert_eq!(description.oids().collect::<Vec<_>>(), [23, 1043]);
    }
}
