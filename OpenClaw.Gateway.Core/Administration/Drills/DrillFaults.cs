using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>What a drill puts in the way. Shares are parts of all calls, 0 to 1; a call meets at most one of error, rate limit and drop, and a delay beside it.</summary>
/// <param name="DelayMs">How long a delayed call is held up.</param>
/// <param name="DelayShare">The share of calls that are delayed.</param>
/// <param name="ErrorShare">The share that is answered with 500.</param>
/// <param name="RateLimitShare">The share that is answered with 429.</param>
/// <param name="RetryAfterSeconds">The <c>Retry-After</c> of a 429.</param>
/// <param name="DropShare">The share whose connection breaks.</param>
public sealed record DrillFaults(int DelayMs, double DelayShare, double ErrorShare, double RateLimitShare, int RetryAfterSeconds, double DropShare)
{
    /// <summary>The longest delay.</summary>
    public const int MaxDelayMs = 600_000;

    /// <summary>The longest <c>Retry-After</c>.</summary>
    public const int MaxRetryAfterSeconds = 3_600;

    private static readonly SettingSpec[] Specs =
    [
        new("delayMs", SettingType.WholeNumber) { Min = 0, Max = MaxDelayMs },
        new("delayShare", SettingType.Number) { Min = 0, Max = 1 },
        new("errorShare", SettingType.Number) { Min = 0, Max = 1 },
        new("rateLimitShare", SettingType.Number) { Min = 0, Max = 1 },
        new("retryAfterSeconds", SettingType.WholeNumber) { Min = 0, Max = MaxRetryAfterSeconds },
        new("dropShare", SettingType.Number) { Min = 0, Max = 1 },
    ];

    /// <summary>Reads what somebody asks for and notes what is wrong. A delay without a share is for all calls.</summary>
    internal static DrillFaults Read(JsonElement input, FieldErrors errors)
    {
        SettingsCheck.Check(input, Specs, "faults", closed: true, errors);
        if (errors.Any) return new(0, 0, 0, 0, 0, 0);
        var faults = Of(input);
        if (faults.ErrorShare + faults.RateLimitShare + faults.DropShare > 1 + 1e-9)
            errors.Add("faults", "Errors, rate limits and dropped connections are together at most 1 (100 %): one call fails in one way only.");
        else if (faults is { DelayShare: > 0, DelayMs: 0 }) errors.Add("faults.delayMs", "Say how many milliseconds a delayed call is held up.");
        else if (faults.DelayShare + faults.ErrorShare + faults.RateLimitShare + faults.DropShare <= 0)
            errors.Add("faults", "Choose at least one fault: a share above 0 of delays, errors, rate limits or dropped connections.");
        return faults;
    }

    /// <summary>As it is stored, and read by <see cref="Stored"/>. The seed stands with it: it belongs to what the drill does.</summary>
    internal string Save(long seed) => new JsonObject
    {
        ["delayMs"] = DelayMs, ["delayShare"] = DelayShare, ["errorShare"] = ErrorShare, ["rateLimitShare"] = RateLimitShare,
        ["retryAfterSeconds"] = RetryAfterSeconds, ["dropShare"] = DropShare, ["seed"] = seed,
    }.ToJsonString();

    internal static (DrillFaults Faults, long Seed) Stored(string saved)
    {
        var json = JsonElement.Parse(saved);
        return (Of(json), json.TryGetProperty("seed", out var seed) ? seed.GetInt64() : 0);
    }

    /// <summary>What an API body asks for, as it stands there.</summary>
    public static DrillFaults Of(JsonElement json)
    {
        var delay = (int)Number("delayMs", 0);
        return new(delay, Number("delayShare", delay > 0 ? 1 : 0), Number("errorShare", 0), Number("rateLimitShare", 0), (int)Number("retryAfterSeconds", 30), Number("dropShare", 0));

        double Number(string name, double otherwise) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;
    }

    /// <summary>For people: <c>500 for 30 %, delays of 2,000 ms for all calls</c>.</summary>
    public string InWords()
    {
        List<string> parts = [];
        if (DelayShare > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"delays of {DelayMs:N0} ms for {Share(DelayShare)}"));
        if (ErrorShare > 0) parts.Add($"errors (500) for {Share(ErrorShare)}");
        if (RateLimitShare > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"rate limits (429, Retry-After {RetryAfterSeconds} s) for {Share(RateLimitShare)}"));
        if (DropShare > 0) parts.Add($"dropped connections for {Share(DropShare)}");
        return string.Join(", ", parts);
    }

    private static string Share(double share) => share >= 1 ? "all calls" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");
}
