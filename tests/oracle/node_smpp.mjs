// npm's smpp reads every PDU as we do, and what it writes again we read as before.

import smpp from 'smpp';
import { decode, everyPduInHex, same, verdict } from './judge.mjs';

// Where node-smpp 0.5.1 is wrong, or keeps less than was on the wire.
const readDifferently = {
    source_telematics_id: 'SMPP 3.4 §5.3.2.8, 5.0 §4.8.4.61: 1 octet; it reads 2',
    alert_on_message_delivery: 'SMPP 3.4 §5.3.2.41: no value; it takes the next octet for one',
    dest_addr_np_country: 'SMPP 5.0 §4.8.4.20: 1 to 5 octets; it reads 4 always',
};
const writtenDifferently = {
    ...readDifferently,
    validity_period: 'SMPP 3.4 §7.1.1.2: relative; it adds its own clock and writes the sum',
    broadcast_end_time: 'SMPP 5.0 §4.8.4.9: a C-octet string; it writes no NUL',
};
// It keeps unknown TLVs when it reads and drops them when it writes.
const isUnknown = (tlv) => tlv.name === undefined;

/// Its names for ours.
const tlvName = (pdu, tlv) => {
    if (isUnknown(tlv)) return String(Number(tlv.tag));
    if (pdu.command === 'broadcast_sm_resp' && tlv.name === 'broadcast_area_identifier')
        return 'failed_broadcast_area_identifier';
    return { destination_port: 'dest_port' }[tlv.name] ?? tlv.name;
};

const timeOf = (text) => {
    const part = (at) => Number(text.slice(at, at + 2));
    return Date.UTC(2000 + part(0), part(2) - 1, part(4), part(6), part(8), part(10));
};

/// Text where it knows a data_coding, octets where the PDU has none (replace_sm).
const messageOf = (theirs) => Buffer.from(theirs?.message ?? theirs ?? '', 'latin1');

/// A field of theirs in the shape of ours.
function likeOurs(name, ours, theirs) {
    if (theirs instanceof Date) return theirs.getTime() === timeOf(ours) ? ours : String(theirs);
    if (name === 'short_message') return { hex: messageOf(theirs).toString('hex').toUpperCase() };
    if (name === 'number_of_dests' || name === 'no_unsuccess') return ours;  // of the list itself
    if (name === 'dest_address') {
        return theirs.map((item) => ('dl_name' in item ? { dest_flag: 2, ...item }
            : { dest_flag: 1, ...item }));
    }
    if (name === 'password') return theirs === 'secret08' ? '***' : theirs;
    return theirs;
}

const uint16 = (value) => [value >> 8, value & 0xff];
/// A TLV's value of theirs as octets.
function octetsOf(name, theirs, length) {
    const one = Array.isArray(theirs) ? theirs[0] : theirs;
    if (Buffer.isBuffer(one)) return one;
    if (typeof one === 'number') {
        return Buffer.from([one >>> 24, one >>> 16, one >>> 8, one].map((o) => o & 0xff)
            .slice(4 - length));
    }
    if (typeof one === 'string')
        return Buffer.from(one.length < length ? one.padEnd(length, '\0') : one, 'latin1');
    switch (name) {
        case 'message_payload': return messageOf(one);
        case 'billing_identification': return Buffer.from([one.format, ...one.data]);
        case 'broadcast_area_identifier':
        case 'failed_broadcast_area_identifier':
            return Buffer.from([one.format, ...Buffer.from(one.data)]);
        case 'broadcast_content_type': return Buffer.from([one.network, ...uint16(one.content_type)]);
        case 'broadcast_frequency_interval':
            return Buffer.from([one.unit, ...uint16(one.interval)]);
        case 'callback_num':
            return Buffer.from([one.digit_mode, one.ton, one.npi, ...Buffer.from(one.number)]);
        case 'callback_num_atag': return Buffer.from([one.encoding, ...one.display]);
        default: return Buffer.from(`unexpected ${JSON.stringify(one)}`);
    }
}

function compareRead(ours, theirs) {
    const place = `#${ours.number} ${ours.command}`;
    same(`${place}.command`, ours.command, theirs.command);
    for (const name of ['command_id', 'command_status', 'command_length', 'sequence_number'])
        same(`${place}.${name}`, ours[name], theirs[name]);
    for (const [name, value] of Object.entries(ours.fields)) {
        if (name === 'validity_period' && value !== '') {
            same(`${place}.${name}`, true, theirs[name] instanceof Date);
        } else {
            same(`${place}.${name}`, value, likeOurs(name, value, theirs[name]));
        }
    }
    for (const tlv of ours.tlvs ?? []) {
        if (tlv.name in readDifferently) continue;
        const name = tlvName(ours, tlv);
        const value = theirs[name];
        const hex = value instanceof Date
            ? (value.getTime() === timeOf(tlv.value) ? tlv.hex : String(value))
            : octetsOf(name, value, tlv.hex.length / 2).toString('hex').toUpperCase();
        same(`${place}.${name}`, tlv.hex, hex);
    }
}

function compareWritten(ours, again) {
    const place = `#${ours.number} ${ours.command} written by them`;
    const strip = (pdu) => ({
        command: pdu.command,
        command_status: pdu.command_status,
        sequence_number: pdu.sequence_number,
        fields: Object.fromEntries(Object.entries(pdu.fields)
            .filter(([name]) => !(name in writtenDifferently))),
        tlvs: (pdu.tlvs ?? []).filter((tlv) => !isUnknown(tlv) && !(tlv.name in writtenDifferently)),
    });
    const before = strip(ours);
    const after = strip(again);
    for (const name of ['command', 'command_status', 'sequence_number', 'fields'])
        same(`${place}.${name}`, before[name], after[name]);
    before.tlvs.forEach((tlv, i) => same(`${place}.${tlv.name}`, tlv, after.tlvs[i]));
    same(`${place}: number of TLVs`, before.tlvs.length, after.tlvs.length);
}

const lines = everyPduInHex();
const ours = decode([], lines.join('\n'));
same('number of PDUs', lines.length, ours.length);
lines.forEach((hex, i) => {
    // Its int32 of a 5-octet dest_addr_np_country and its int16 of a 1-octet TLV at the very end
    // would read past the PDU; nothing is learned from that.
    const octets = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(4)]);
    const theirs = new smpp.PDU(octets);
    compareRead(ours[i], theirs);
    const written = theirs.toBuffer().toString('hex');
    compareWritten(ours[i], decode([], written)[0]);
});
verdict('node-smpp', 1000);
