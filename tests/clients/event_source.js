// Server-sent events over fetch, as https://html.spec.whatwg.org/#event-stream-interpretation reads them: what a
// browser's EventSource does, with headers of one's own.

// Turns text as it arrives into events; `lastId` moves as the specification says.
export class EventParser {
  constructor() {
    this.rest = ''
    this.data = []
    this.type = ''
    this.comments = 0
    this.lastId = ''
    this.nextId = ''
  }

  take(text) {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop()
    return lines.map((line) => this.line(line)).filter(Boolean)
  }

  line(line) {
    if (line === '') return this.dispatch()
    if (line.startsWith(':')) { this.comments += 1; return null }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.data.push(value)
    else if (field === 'id') this.nextId = value
    else if (field === 'event') this.type = value
    return null
  }

  dispatch() {
    this.lastId = this.nextId
    const event = this.data.length ? { id: this.lastId, type: this.type || 'message', data: this.data.join('\n') } : null
    this.data = []
    this.type = ''
    return event
  }
}

// Follows a stream and connects again when it breaks, until `enough(event)` says so or `signal` is aborted.
export async function follow(url, headers, onEvent, { signal, onOpen, lastId = '' } = {}) {
  const parser = new EventParser()
  parser.lastId = parser.nextId = lastId
  let connections = 0
  while (!signal?.aborted) {
    let answer
    try {
      const resume = parser.lastId ? { 'Last-Event-ID': parser.lastId } : {}
      answer = await fetch(url, { headers: { Accept: 'text/event-stream', ...headers, ...resume }, signal })
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
      continue
    }
    if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`)
    connections += 1
    await onOpen?.()
    try {
      Object.assign(parser, { rest: '', data: [], type: '', nextId: parser.lastId })
      const decoder = new TextDecoder()
      for await (const bytes of answer.body)
        for (const event of parser.take(decoder.decode(bytes, { stream: true })))
          if (onEvent(event)) return { connections, parser }
    } catch (problem) {
      // The connection broke; what an event was found to be is another matter.
      if (problem.code === 'ERR_ASSERTION') throw problem
    }
  }
  return { connections, parser }
}
