// A Bluesky network with invented accounts, and beside it what the network itself does not bring: a stream in the shape of
// Jetstream, made from the data server's own firehose, and levers for the test.
import http from 'node:http'
import { AtpAgent } from '@atproto/api'
import { TestNetwork } from '@atproto/dev-env'
import { IdResolver } from '@atproto/identity'
import { Firehose } from '@atproto/sync'
import { WebSocketServer } from 'ws'

const network = await TestNetwork.create({})
const password = 'sandi-uji-bukan-rahasia'

const accounts = []
for (let n = 0; n < 5; n += 1) {
  const agent = new AtpAgent({ service: network.pds.url })
  await agent.createAccount({ email: `warga${n}@surel.example`, handle: `warga${n}.test`, password })
  accounts.push(agent)
}

// The stream: every event since the beginning is kept and played to whoever asks for a time.
const events = []
const sockets = new Set()
let lastTime = 0
const remember = (event) => {
  lastTime = Math.max(lastTime + 1, Date.now() * 1000)
  event.time_us = lastTime
  events.push(event)
  for (const send of sockets) send(event)
}
const idResolver = new IdResolver({ plcUrl: network.plc.url })
const firehose = new Firehose({
  service: network.pds.url.replace('http', 'ws'),
  idResolver,
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  getCursor: () => 0,
  onError: (error) => console.error(error),
  handleEvent: (event) => {
    if (event.event === 'identity') {
      remember({ did: event.did, kind: 'identity', identity: { did: event.did, handle: event.handle, seq: event.seq, time: event.time } })
    } else if (event.event === 'account') {
      const { did, active, status, seq, time } = event
      remember({ did, kind: 'account', account: { active, did, seq, status, time } })
    } else if (event.collection) {
      const { rev, collection, rkey } = event
      const commit = { rev, operation: event.event, collection, rkey }
      if (event.event !== 'delete') Object.assign(commit, { record: JSON.parse(JSON.stringify(event.record)), cid: event.cid.toString() })
      remember({ did: event.did, kind: 'commit', commit })
    }
  },
})
void firehose.start()

for (let n = 0; n < 230; n += 1) {
  await accounts[n % 5].post({
    text: `banjir di kecamatan ${n} tolong ditangani`,
    langs: n % 10 === 9 ? ['en'] : ['id'],
    createdAt: new Date().toISOString(),
  })
}
await network.processAll()

const levers = {
  // What the connector is to be told, and what is true.
  '/about': () => ({ service: network.pds.url, identifier: 'warga0.test', password, appview: network.bsky.url }),
  '/post': async (query) => {
    const { uri, cid } = await accounts[Number(query.get('account') ?? 0)].post({ text: query.get('text'), langs: ['id'] })
    await network.processAll()
    return { uri, cid }
  },
  '/reply': async (query) => {
    const parent = { uri: query.get('uri'), cid: query.get('cid') }
    const { uri } = await accounts[1].post({ text: query.get('text'), langs: ['id'], reply: { root: parent, parent } })
    await network.processAll()
    return { uri }
  },
  '/delete': async (query) => {
    await accounts[Number(query.get('account') ?? 0)].deletePost(query.get('uri'))
    await network.processAll()
    return {}
  },
  '/deactivate': async (query) => {
    await accounts[Number(query.get('account'))].com.atproto.server.deactivateAccount({})
    await network.processAll()
    return {}
  },
  // Cuts every stream, as a restart of the server would.
  '/cut': () => { for (const client of wss.clients) client.terminate(); return {} },
  '/events': () => ({ events: events.length }),
  '/ready': () => 'READY',
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1')
  const lever = levers[url.pathname]
  try {
    const answer = lever ? await lever(url.searchParams) : undefined
    response.writeHead(lever ? 200 : 404, { 'content-type': 'application/json' })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}))
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' })
    response.end(String(error))
  }
})
const wss = new WebSocketServer({ server, path: '/subscribe' })
wss.on('connection', (socket, request) => {
  const query = new URL(request.url, 'http://127.0.0.1').searchParams
  const wanted = query.getAll('wantedCollections')
  const from = Number(query.get('cursor') ?? Infinity)
  const send = (event) => {
    if (event.kind === 'commit' && wanted.length > 0 && !wanted.includes(event.commit.collection)) return
    socket.send(JSON.stringify(event))
  }
  for (const event of events) if (event.time_us >= from) send(event)
  sockets.add(send)
  socket.on('close', () => sockets.delete(send))
})
server.listen(Number(process.env.CONTROL_PORT), '127.0.0.1', () => console.log('READY'))
process.on('SIGTERM', () => process.exit(0))
