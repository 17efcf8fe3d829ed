import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { host } from './playwright.config.ts'

const root = join(import.meta.dirname, '..')

/** One of the invented accounts of the demo world. */
export interface Account {
  login: string
  password: string
  role: string
  label: string
}

/** A cookie as a browser keeps it. */
export interface Cookie {
  name: string
  value: string
}

/** A running binary with a demo world of its own. */
export interface Server {
  url: string
  accounts: Account[]
  /** The session cookie of an account; it signs in once. */
  signIn(account: Account): Promise<Cookie>
  stop(): Promise<void>
}

/** Starts the real binary on a free loopback port; the world lives in a temporary folder and goes with it. */
export async function startServer(name: string): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'lianyuan-e2e-'))
  const port = await freePort()
  const accountsFile = join(home, 'accounts.json')
  await mkdir(join(root, 'build/e2e'), { recursive: true })
  const log = createWriteStream(join(root, `build/e2e/server-${name}.log`))
  const args = ['demo', '--data', join(home, 'data'), '--listen', `127.0.0.1:${port}`, '--tls', 'local']
  const child = spawn(join(root, 'bin/lianyuan'), [...args, '--print-accounts', accountsFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.pipe(log)
  child.stderr.pipe(log)
  const stop = async () => {
    await end(child)
    log.end()
    await rm(home, { recursive: true, force: true })
  }
  try {
    await untilReady(child, port, 90_000)
    const accounts = JSON.parse(await readFile(accountsFile, 'utf8')) as Account[]
    const sessions = new Map<string, Promise<Cookie>>()
    const signIn = (a: Account) => {
      const known = sessions.get(a.login) ?? session(port, a)
      sessions.set(a.login, known)
      return known
    }
    return { url: `https://${host}:${port}`, accounts, signIn, stop }
  } catch (error) {
    await stop()
    throw new Error(`the server did not start, see build/e2e/server-${name}.log`, { cause: error })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address && typeof address === 'object') resolve(address.port)
        else reject(new Error('no free port'))
      })
    })
  })
}

/** Asks /readyz until it answers 200; fails when the process ends or the time is up. */
async function untilReady(child: ChildProcess, port: number, within: number): Promise<void> {
  const deadline = Date.now() + within
  let last = 'no answer'
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`)
    }
    last = await ask(port, '/readyz')
    if (last === '200') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`/readyz: ${last} after ${within / 1000} s`)
}

/** The status of one request as text, or the error's. */
function ask(port: number, path: string): Promise<string> {
  return send(port, path).then((r) => String(r.status), (error: Error) => error.message)
}

/** Opens a session as the sign-in page does. */
async function session(port: number, { login, password }: Account): Promise<Cookie> {
  const { status, cookie } = await send(port, '/api/v1/session', JSON.stringify({ login, password }))
  const [name, value] = cookie.split(';')[0]?.split('=') ?? []
  if (status !== 200 || !name || !value) throw new Error(`${login} is not let in: ${status}`)
  return { name, value }
}

/** One request to the server, under its name; a body is posted. */
function send(port: number, path: string, body?: string): Promise<{ status: number; cookie: string }> {
  const origin = `https://${host}:${port}`
  return new Promise((resolve, reject) => {
    const req = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: body ? 'POST' : 'GET',
        timeout: body ? 15_000 : 2_000,
        servername: host,
        headers: { Host: `${host}:${port}`, ...(body ? { 'Content-Type': 'application/json', Origin: origin } : {}) },
        rejectUnauthorized: false, // its own authority is made at the start and known to nobody yet
      },
      (res) => {
        res.resume()
        resolve({ status: res.statusCode ?? 0, cookie: res.headers['set-cookie']?.[0] ?? '' })
      },
    )
    req.on('timeout', () => req.destroy(new Error('no answer in time')))
    req.on('error', reject)
    req.end(body)
  })
}

/** Ends a process politely, and by force when it does not listen. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(force)
}
