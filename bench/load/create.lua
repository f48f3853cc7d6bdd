-- POST a new telemetry event a request; ids are made by the server.
local body = os.getenv("BENCH_BODY")
local key = os.getenv("BENCH_KEY")
wrk.method = "POST"
wrk.body = body
wrk.headers["Content-Type"] = "application/json"
wrk.headers["apikey"] = key
wrk.headers["Prefer"] = "return=minimal"
