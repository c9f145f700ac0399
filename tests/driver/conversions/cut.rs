//! Bound columns whose buffer is too short: cut at a whole character with 01004 and the full length, or 22003 where what
//! is left would be another value (appendix D, "SQL to C").

use super::*;

/// The bytes of the longest beginning that has so many bytes of room and divides no character.
fn whole_characters(text: &[u8], c_type: i16, room: usize) -> usize {
    let width = terminator(c_type);
    let is_inside = |at: usize| match width {
        1 => text[at] & 0xc0 == 0x80,
        2 => (0xdc00..0xe000).contains(&u16::from_ne_bytes([text[at], text[at + 1]])),
        _ => false,
    };
    let mut end = room / width * width;
    while is_inside(end) {
        end -= width;
    }
    end
}

#[test]
fn a_bound_value_is_cut_at_a_character_or_not_at_all() {
    for format in ["text", "binary"] {
        let fixture = Fixture::new(&format!("ResultFormat={format};"));
        let mut count = 0;
        for case in cases() {
            for c_type in [SQL_C_CHAR, SQL_C_WCHAR] {
                let Answer::Value(whole, None) = case.expected(&c_type.to_string(), &[0; 6]) else { continue };
                let width = terminator(c_type);
                // Units with the terminator: few, just what must be there and one less, all but one.
                let kept = case.kept;
                let mut rooms =
                    vec![1, 2, 3, 4, 6, kept, kept + 1, whole.len() / width, (whole.len() / width).saturating_sub(1)];
                rooms.retain(|room| (1..=whole.len() / width).contains(room));
                rooms.sort_unstable();
                rooms.dedup();
                let statement = fixture.rows(&case.sql, 2 * rooms.len() + 1);
                for room in rooms {
                    let mut buffer = vec![UNTOUCHED; room * width + 8];
                    let mut indicator = isize::MIN;
                    let (address, capacity) = (buffer.as_mut_ptr().cast(), (room * width) as isize);
                    // SAFETY: local buffers; the column is unbound before they go.
                    unsafe { statement.bind_column(1, c_type, address, capacity, &raw mut indicator) }.success();
                    let outcome = statement.fetch();
                    statement.free(SQL_UNBIND).success();
                    let context = format!("{} as {c_type} in {room} characters, {format}: {outcome:?}", case.sql);
                    assert!(buffer[room * width..].iter().all(|byte| *byte == UNTOUCHED), "{context}");
                    count += 1;
                    if room <= kept {
                        assert_eq!(
                            (outcome.code, outcome.records[0].sqlstate.as_str()),
                            (SQL_ERROR, "22003"),
                            "{context}"
                        );
                        continue;
                    }
                    assert_eq!(outcome.code, SQL_SUCCESS_WITH_INFO, "{context}");
                    assert_eq!(outcome.records[0].sqlstate, "01004", "{context}");
                    assert_eq!(indicator as usize, whole.len(), "{context}");
                    let end = whole_characters(&whole, c_type, (room - 1) * width);
                    assert_eq!(buffer[..end], whole[..end], "{context}");
                    assert!(buffer[end..end + width].iter().all(|byte| *byte == 0), "no terminator: {context}");
                }
            }
        }
        println!("{count} values cut in {format} format");
        assert!(count > 2000);
    }
}
