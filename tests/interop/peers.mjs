// parleyd on two links of a node-smpp message centre, for the length of one test.

import assert from 'node:assert/strict';

import { Rig } from '../support/rig.mjs';
import { Smsc } from './smsc.mjs';

export async function withPeers(run, { node, carrier = {}, brand, senders, smsc: how = {} } = {}) {
    const rig = new Rig();
    const smsc = new Smsc(how);
    try {
        await rig.prepare({
            node, senders, brand,
            carrier: { throttle_pause: '100ms', retry_min: '50ms', retry_max: '100ms', ...carrier },
        });
        await smsc.listen(rig.smpp);
        await rig.startEngine();
        await rig.bound(2);
        await run(rig, smsc);
        smsc.checkSessions();
        assert.equal(await rig.metric('parley_opt_out_violations_total'), 0);
    } catch (error) {
        console.error(rig.engine?.err.slice(-3000));
        throw error;
    } finally {
        await rig.stop();
        await smsc.close();
    }
}
