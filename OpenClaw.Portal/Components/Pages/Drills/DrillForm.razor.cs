using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Drills;

/// <summary>What a drill does, to whom, and for how long.</summary>
public sealed partial class DrillForm
{
    private string? _subject;
    private decimal? _errors = 50;
    private decimal? _limits = 0;
    private decimal? _retryAfter = 30;
    private decimal? _drops = 0;
    private decimal? _delays = 0;
    private decimal? _delayMs = 2_000;
    private decimal? _minutes = 10;
    private decimal? _seed;

    /// <summary>What is marked as a test: <c>agent:{id}</c>, <c>channel:{id}</c>.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Choice> Subjects { get; set; }

    /// <summary>The agent or channel that a link chose.</summary>
    [Parameter]
    public string? Given { get; set; }

    /// <summary>Starts it by the API's body, and says how that ended.</summary>
    [Parameter, EditorRequired]
    public required Func<JsonElement, Task<FormResult>> OnSend { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized() =>
        _subject = (Subjects.FirstOrDefault(s => Given is not null && s.Value.EndsWith(Given, StringComparison.OrdinalIgnoreCase)) ?? (Subjects.Count == 1 ? Subjects[0] : null))?.Value;

    /// <summary>Said at the fields, in their unit, before anybody is asked to confirm.</summary>
    private Dictionary<string, string[]>? Fault()
    {
        var ends = (_errors ?? 0) + (_limits ?? 0) + (_drops ?? 0);
        if (ends > 100)
        {
            var shares = new Dictionary<string, decimal?> { ["faults.errorShare"] = _errors, ["faults.rateLimitShare"] = _limits, ["faults.dropShare"] = _drops };
            return shares.Where(s => s.Value > 0).ToDictionary(s => s.Key, _ => new[] { $"Errors, rate limits and dropped connections are together at most 100 %, and these are {ends:0.#} %: one call fails in one way only." });
        }

        return ends + (_delays ?? 0) > 0 ? null : new() { ["faults.errorShare"] = ["Choose at least one fault: a share above 0 % of errors, rate limits, dropped connections or delays."] };
    }

    private async Task<FormResult> SendAsync()
    {
        if (Fault() is { } fault) return FormResult.Invalid(fault);
        var parts = _subject?.Split(':') ?? [];
        var faults = new JsonObject { ["errorShare"] = _errors / 100, ["rateLimitShare"] = _limits / 100, ["dropShare"] = _drops / 100, ["delayShare"] = _delays / 100 };
        foreach (var empty in faults.Where(f => f.Value is null).Select(f => f.Key).ToList()) faults[empty] = 0;
        if (_delays > 0) faults["delayMs"] = _delayMs;
        if (_limits > 0) faults["retryAfterSeconds"] = _retryAfter;
        var body = new JsonObject { ["kind"] = parts[0], ["subject"] = parts[1], ["faults"] = faults, ["minutes"] = _minutes };
        if (_seed is not null) body["seed"] = _seed;
        var result = FormResult.NotYet;
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(JsonSerializer.SerializeToElement(body))).InvokeAsync();
        return result;
    }
}
