using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>Begins a replay of many: counted first, by the risk of answering twice; what is risky only where it is asked for.</summary>
public sealed partial class ReplayDialog
{
    private const decimal DefaultRate = 10;
    private JsonObject _selection = [];
    private ReplayCount? _count;
    private string? _fault;
    private string? _agent;
    private bool _unknown;
    private bool _sent;
    private bool _shadow;
    private bool _canary = true;
    private decimal? _stopShare = 20;
    private decimal? _rate = DefaultRate;

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>On whose behalf it is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>The tenant's agents.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Choice> Agents { get; set; } = [];

    /// <summary>Which dead letters, as the API takes them; read once.</summary>
    [Parameter, EditorRequired]
    public required JsonObject Selection { get; set; }

    /// <summary>These in words: <c>the 3 chosen ones</c>.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    /// <summary>It shall be shown no more.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    [Inject]
    private StartReplay Start { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private int Wanted => _count is not { } count ? 0 : _shadow ? count.Total : count.NeverSent + (_unknown ? count.Unknown : 0) + (_sent ? count.Sent : 0);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _selection = (JsonObject)Selection.DeepClone();
        var result = await Start.CountAsync(await Caller(), JsonSerializer.SerializeToElement(_selection));
        (_count, _fault) = (result.Value, result.Value is null ? string.Join(" ", result.Errors.Values.SelectMany(e => e)) : null);
    }

    private async Task<FormResult> StartAsync()
    {
        var body = (JsonObject)_selection.DeepClone();
        body["includeUnknown"] = _unknown;
        body["includeSent"] = _sent;
        body["shadow"] = _shadow;
        body["canary"] = _canary;
        if (_agent is not null) body["agent"] = _agent;
        if (_canary) body["stopShare"] = (_stopShare ?? 0) / 100;
        if (_rate is { } rate) body["ratePerSecond"] = rate;
        var result = await Start.RunAsync(await Caller(), JsonSerializer.SerializeToElement(body));
        if (result.Value is not { } replay) return FormResult.From(result);
        Navigation.NavigateTo($"{Base}/replays/{replay.Id}");
        return FormResult.Saved("The replay begins.");
    }
}
