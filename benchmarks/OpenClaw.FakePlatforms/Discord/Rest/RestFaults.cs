using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Discord.Rest;

internal enum RestFaultKind
{
    /// <summary>An answer of the platform; the request is not handled.</summary>
    Answer,

    /// <summary>A page of the proxy; the request is not handled.</summary>
    HtmlPage,

    /// <summary>The connection is reset before the request is handled.</summary>
    Reset,

    /// <summary>Never answered; the request is not handled.</summary>
    Hang,

    /// <summary>The request is handled after a while.</summary>
    Delay,

    /// <summary>Handled; half of the answer arrives.</summary>
    HalfAnswer,

    /// <summary>Handled; the connection is reset instead of an answer.</summary>
    LostAnswer,
}

/// <summary>What goes wrong with a request.</summary>
internal sealed record RestFault(RestFaultKind Kind)
{
    public RestAnswer? Said { get; init; }

    public int Status { get; init; }

    /// <summary>Of the headers <c>Retry-After</c> and <c>X-RateLimit-Scope</c>; null: without them.</summary>
    public double? RetryAfter { get; init; }

    public string? Scope { get; init; }

    public TimeSpan Wait { get; init; }

    public static RestFault Reset { get; } = new(RestFaultKind.Reset);

    public static RestFault Hang { get; } = new(RestFaultKind.Hang);

    public static RestFault HalfAnswer { get; } = new(RestFaultKind.HalfAnswer);

    public static RestFault LostAnswer { get; } = new(RestFaultKind.LostAnswer);

    public static RestFault Unauthorized { get; } = new(RestFaultKind.Answer) { Said = Refusals.Unauthorized };

    public static RestFault MissingAccess { get; } = new(RestFaultKind.Answer) { Said = Refusals.MissingAccess };

    public static RestFault MissingPermissions { get; } = new(RestFaultKind.Answer) { Said = Refusals.MissingPermissions };

    public static RestFault CannotSendToUser { get; } = new(RestFaultKind.Answer) { Said = Refusals.CannotSendToUser };

    public static RestFault UnknownChannel { get; } = new(RestFaultKind.Answer) { Said = Refusals.UnknownChannel };

    public static RestFault UnknownMessage { get; } = new(RestFaultKind.Answer) { Said = Refusals.UnknownMessage };

    /// <summary>A page of the proxy, such as 502; or 429, which the proxy sends for too many invalid requests.</summary>
    public static RestFault HtmlPage(int status = 502) => new(RestFaultKind.HtmlPage) { Status = status };

    public static RestFault Delay(TimeSpan wait) => new(RestFaultKind.Delay) { Wait = wait };

    public static RestFault Error(int status, int code, string message) => new(RestFaultKind.Answer) { Said = RestAnswer.Error(status, code, message) };

    /// <summary>429.</summary>
    /// <param name="seconds">In the body, and in the header.</param>
    /// <param name="scope">user, global or shared.</param>
    /// <param name="withHeaders">False: only the body says how long.</param>
    public static RestFault TooManyRequests(double seconds, string scope = "user", bool withHeaders = true) => new(RestFaultKind.Answer)
    {
        Said = new(429, new System.Text.Json.Nodes.JsonObject { ["message"] = "You are being rate limited.", ["retry_after"] = seconds, ["global"] = scope == "global" }),
        RetryAfter = withHeaders ? seconds : null,
        Scope = withHeaders ? scope : null,
    };
}

/// <summary>Which requests go wrong. Routes are <c>POST /channels/*/messages</c>; a star is one part of the path, or the method.</summary>
internal sealed class RestFaults(Changes changes)
{
    private readonly Lock _lock = new();
    private readonly List<Planned> _planned = [];

    /// <summary>Every request that goes wrong, counted.</summary>
    public int Hits { get; private set; }

    /// <summary>The next requests of the route go wrong; plans of one route are used up in their order.</summary>
    public void Next(string route, RestFault fault, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        lock (_lock) _planned.Add(new(route, fault) { Left = times });
    }

    /// <summary>Every request of the route goes wrong until <see cref="Clear"/>.</summary>
    public void Always(string route, RestFault fault) => Next(route, fault, int.MaxValue);

    public void Clear()
    {
        lock (_lock) _planned.Clear();
    }

    /// <summary>Takes the fault that is planned for this request; null: it goes well.</summary>
    public RestFault? Take(string method, string path)
    {
        lock (_lock)
        {
            var planned = _planned.Find(p => Matches(p.Route, method, path));
            if (planned is null) return null;
            if (planned.Left != int.MaxValue && --planned.Left == 0) _planned.Remove(planned);
            Hits++;
            changes.Raise();
            return planned.Fault;
        }
    }

    /// <summary>Whether a request belongs to such a route.</summary>
    public static bool Matches(string route, string method, string path)
    {
        if (route == "*") return true;
        var space = route.IndexOf(' ', StringComparison.Ordinal);
        if (route[..space] != "*" && !string.Equals(route[..space], method, StringComparison.OrdinalIgnoreCase)) return false;
        var wanted = route[(space + 1)..].Split('/');
        var given = path.Split('/');
        return wanted.Length == given.Length && wanted.Zip(given).All(p => p.First == "*" || string.Equals(p.First, p.Second, StringComparison.Ordinal));
    }

    private sealed record Planned(string Route, RestFault Fault)
    {
        public int Left { get; set; }
    }
}
