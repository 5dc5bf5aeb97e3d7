// Wireshark's dissector reads a capture with every PDU and every TLV; each field that it shows must
// be what `parley decode --json` says of the same capture.

import { decode, everyPdu, execFileSync, folder, join, same, verdict, writeFileSync } from './judge.mjs';

// Where tshark 4.0 is wrong. Tag and length are compared all the same, values and what follows in
// the same PDU are not.
const tsharkIsWrong = {
    broadcast_rep_num: 'SMPP 5.0 §4.8.4.13: 2 octets; it reads one and takes the other for a tag',
    ms_validity: 'SMPP 5.0 §4.8.4.41: 1 or 4 octets; it reads one and takes the rest for a tag',
};
// It shows nothing of these but their presence.
const shownWithoutValue = new Set(['callback_num', 'callback_num_atag']);

const capture = join(folder(), 'every_pdu.pcap');
writeFileSync(capture, execFileSync(everyPdu, ['pcap']));
const ours = decode([capture]);
const packets = JSON.parse(execFileSync('tshark', [
    '-r', capture, '-d', 'tcp.port==2775,smpp', '-T', 'json', '--no-duplicate-keys',
], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TZ: 'UTC' } }));
const theirs = packets.map((packet) => packet._source.layers.smpp).filter(Boolean);
same('number of PDUs', ours.length, theirs.length);

const hex = (text) => text.replaceAll(':', '').toUpperCase();
const octetsOf = (tlv) => tlv.hex.match(/../g)?.map((digits) => parseInt(digits, 16)) ?? [];
const uint16 = (octets, at) => octets[at] * 256 + octets[at + 1];

/// "Jan  2, 2026 03:04:05.000000000 UTC" and our sixteen characters as the same milliseconds.
const theirTime = (text) => Date.parse(text.replace(/\.\d+/, '').replace(/\s+/g, ' '));
function ourTime(text) {
    const part = (at) => Number(text.slice(at, at + 2));
    const quarters = part(13) * (text[15] === '-' ? -1 : 1);
    return Date.UTC(2000 + part(0), part(2) - 1, part(4), part(6), part(8), part(10)) -
        quarters * 15 * 60_000;
}
function ourSeconds(text) {
    const part = (at) => Number(text.slice(at, at + 2));
    return ((part(4) * 24 + part(6)) * 60 + part(8)) * 60 + part(10);
}

/// Takes fields from what tshark shows, so that what is left over is known.
class Shown {
    constructor(place, layer) {
        this.place = place;
        this.left = { ...layer };
    }
    has(name) { return `smpp.${name}` in this.left; }
    take(name) {
        const value = this.left[`smpp.${name}`];
        delete this.left[`smpp.${name}`];
        return value;
    }
    text(name, value, as = name) { same(`${this.place}.${name}`, value, this.take(as)); }
    number(name, value, as = name) { same(`${this.place}.${name}`, value, Number(this.take(as))); }
    octets(name, value, as = name) { same(`${this.place}.${name}`, value, hex(this.take(as))); }
    nothingIsLeft() { same(`${this.place}: shown and not compared`, [], Object.keys(this.left)); }
}

/// The message as text (ASCII in every_pdu), where it is shown.
function compareText(shown, hexOfMessage) {
    if (!shown.has('message_text')) return;
    const text = Buffer.from(hexOfMessage, 'hex').toString('latin1');
    shown.text('message as text', text, 'message_text');
}

/// Fields that tshark takes apart or calls by another name.
const special = {
    password(shown) {
        // Ours is masked; that theirs is not shows that the field is where we think.
        if (shown.has('password')) shown.text('password', 'secret08');
    },
    esm_class(shown, value) {
        shown.number('esm_class mode', value & 0x03, 'esm.submit.msg_mode');
        shown.number('esm_class type', (value & 0x3c) >> 2, 'esm.submit.msg_type');
        shown.number('esm_class features', (value & 0xc0) >> 6, 'esm.submit.features');
    },
    registered_delivery(shown, value) {
        shown.number('registered_delivery receipt', value & 0x03, 'regdel.receipt');
        shown.number('registered_delivery acks', (value & 0x0c) >> 2, 'regdel.acks');
        shown.number('registered_delivery notification', (value & 0x10) >> 4, 'regdel.notif');
    },
    short_message(shown, value) {
        shown.number('sm_length', value.hex.length / 2);
        if (value.hex === '') return;
        shown.octets('short_message', value.hex, 'message');
        compareText(shown, value.hex);
    },
    validity_period(shown, value) {
        if (value === '') return shown.number('validity_period', 0, 'validity_period_r');
        same(`${shown.place}.validity_period`, ourSeconds(value),
            Number(shown.take('validity_period_r')));
    },
    number_of_dests() {},  // shown by the list alone
    no_unsuccess() {},
    dest_address(shown, list) {
        const dests = new Shown(`${shown.place}.dest_address`, shown.take('dlist'));
        const addresses = list.filter((item) => item.dest_flag === 1);
        const all = (name) => addresses.map((item) => item[name]);
        same(dests.place, all('destination_addr'), dests.take('destination_addr'));
        same(dests.place, all('dest_addr_ton'), dests.take('dest_addr_ton').map(Number));
        same(dests.place, all('dest_addr_npi'), dests.take('dest_addr_npi').map(Number));
        dests.text('dl_name', list.find((item) => item.dest_flag === 2).dl_name);
        dests.nothingIsLeft();
    },
    unsuccess_sme(shown, list) {
        const smes = new Shown(`${shown.place}.unsuccess_sme`, shown.take('dlist_resp'));
        const all = (name) => list.map((item) => item[name]);
        same(smes.place, all('destination_addr'), smes.take('destination_addr'));
        for (const name of ['dest_addr_ton', 'dest_addr_npi', 'error_status_code'])
            same(smes.place, all(name), smes.take(name).map(Number));
        smes.nothingIsLeft();
    },
};
for (const name of ['schedule_delivery_time', 'final_date']) {
    special[name] = (shown, value) => {
        if (value === '') return shown.number(name, 0, `${name}_r`);
        same(`${shown.place}.${name}`, ourTime(value), theirTime(shown.take(name)));
    };
}

const specialTlvs = {
    ms_msg_wait_facilities(shown, tlv) {
        shown.number('indication', tlv.value >> 7, 'msg_wait.ind');
        shown.number('type', tlv.value & 0x03, 'msg_wait.type');
    },
    callback_num_pres_ind(shown, tlv) {
        shown.number('presentation', (tlv.value & 0x0c) >> 2, 'callback_num.pres');
        shown.number('screening', tlv.value & 0x03, 'callback_num.scrn');
    },
    network_error_code(shown, tlv) {
        const octets = octetsOf(tlv);
        shown.number('type', octets[0], 'network_error.type');
        shown.number('code', uint16(octets, 1), 'network_error.code');
    },
    broadcast_content_type(shown, tlv) {
        const octets = octetsOf(tlv);
        shown.number('network', octets[0], 'broadcast_content_type.nw');
        shown.number('type', uint16(octets, 1), 'broadcast_content_type.type');
    },
    broadcast_content_type_info(shown, tlv) {
        shown.octets('value', tlv.hex, 'broadcast_content_type.info');
    },
    broadcast_frequency_interval(shown, tlv) {
        const octets = octetsOf(tlv);
        shown.number('unit', octets[0], 'broadcast_frequency_interval.unit');
        shown.number('count', uint16(octets, 1), 'broadcast_frequency_interval.value');
    },
    broadcast_area_identifier(shown, tlv) {
        shown.number('format', octetsOf(tlv)[0], 'broadcast_area_identifier.format');
        shown.octets('value', tlv.hex, 'broadcast_area_identifier');
    },
    broadcast_end_time(shown, tlv) {
        same(shown.place, ourTime(tlv.value), theirTime(shown.take('broadcast_end_time')));
    },
    its_session_info(shown, tlv) {
        const octets = octetsOf(tlv);
        shown.number('session', octets[0], 'its_session.number');
        shown.number('sequence', octets[1] >> 1, 'its_session.sequence');
        shown.number('end', octets[1] & 1, 'its_session.ind');
    },
    billing_identification: (shown, tlv) => shown.octets('value', tlv.hex, 'billing_id'),
    dest_addr_np_information: (shown, tlv) => shown.octets('value', tlv.hex, 'dest_addr_np_info'),
    sc_interface_version: (shown, tlv) =>
        shown.number('value', tlv.value, 'SC_interface_version'),
    alert_on_message_delivery(shown, tlv) {
        if (tlv.hex === '') return shown.text('no value', '', 'alert_on_message_delivery_null');
        shown.number('value', tlv.value, 'alert_on_message_delivery_type');
    },
};

function compareTlv(place, tlv, shown) {
    const name = tlv.name ?? 'vendor_op';
    const at = new Shown(`${place}.${name}`, shown);
    at.number('tag', Number(tlv.tag), 'opt_param_tag');
    at.number('length', tlv.hex.length / 2, 'opt_param_len');
    if (name in tsharkIsWrong) return;
    if (shownWithoutValue.has(name)) {
        at.text('presence', '', name);
    } else if (name in specialTlvs) {
        specialTlvs[name](at, tlv);
    } else if (typeof tlv.value === 'number') {
        at.number('value', tlv.value, name);
    } else if (typeof tlv.value === 'string') {
        at.text('value', tlv.value, name);
    } else {
        at.octets('value', tlv.hex, name);
    }
    at.nothingIsLeft();
}

function compareTlvs(place, tlvs, shown) {
    const list = [shown.take('opt_params')?.['smpp.opt_param'] ?? []].flat();
    const derailed = tlvs.some((tlv) => tlv.name in tsharkIsWrong);
    if (!derailed) same(`${place}: number of TLVs`, tlvs.length, list.length);
    tlvs.forEach((tlv, i) => compareTlv(place, tlv, list[i]));
}

ours.forEach((pdu, i) => {
    const place = `#${pdu.number} ${pdu.command}`;
    const shown = new Shown(place, theirs[i]);
    for (const name of ['command_length', 'command_id', 'sequence_number'])
        shown.number(name, pdu[name]);
    if (shown.has('command_status')) shown.number('command_status', pdu.command_status);
    for (const [name, value] of Object.entries(pdu.fields)) {
        // It shows no empty strings, and an empty time as a relative one of 0.
        if (value === '' && !shown.has(name) && !shown.has(`${name}_r`)) continue;
        if (name in special) special[name](shown, value);
        else if (typeof value === 'number') shown.number(name, value);
        else shown.text(name, value);
    }
    compareTlvs(place, pdu.tlvs ?? [], shown);
    const payload = pdu.tlvs?.find((tlv) => tlv.name === 'message_payload');
    if (payload) compareText(shown, payload.hex);
    shown.nothingIsLeft();
});
verdict('tshark', 1000);
