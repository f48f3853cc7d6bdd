-- GET paths from the file BENCH_PATHS, one a line, in turn.
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local headers = {}
if os.getenv("BENCH_KEY") then headers["apikey"] = os.getenv("BENCH_KEY") end
if os.getenv("BENCH_TOKEN") then headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") end
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end
