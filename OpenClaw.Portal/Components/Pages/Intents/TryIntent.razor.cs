using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Routing.Intents;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>A sentence and its scores, at each key; where a server is asked, at the button only.</summary>
public sealed partial class TryIntent
{
    private const int Most = 5;
    private string _text = "";
    private bool _ready;
    private int _asked;
    private IntentJudgement? _said;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>A server of embeddings is asked.</summary>
    [Parameter]
    public bool IsRemote { get; set; }

    [Inject]
    private IntentQueries Queries { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        _ready = true;
        StateHasChanged();
    }

    private Task TypedAsync(ChangeEventArgs change)
    {
        _text = change.Value as string ?? "";
        return IsRemote ? Task.CompletedTask : AskAsync();
    }

    private async Task AskAsync()
    {
        var asked = ++_asked;
        if (string.IsNullOrWhiteSpace(_text))
        {
            _said = null;
            return;
        }

        var said = await Queries.EvaluateAsync(TenantId, _text);
        if (asked == _asked) _said = said; // else something else was typed meanwhile
    }

    private static string Explained(IntentJudgement said) =>
        $"{(said.Intent is null ? "The best scores" : "with")} {Shown(said.Score)}; {Shown(said.Threshold)} is needed. {(said.Engine == IntentEngines.Embeddings ? "By the embeddings server." : "By the gateway's own classifier.")}";

    private static string Shown(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double score) => score.ToString("0.####", CultureInfo.InvariantCulture);
}
