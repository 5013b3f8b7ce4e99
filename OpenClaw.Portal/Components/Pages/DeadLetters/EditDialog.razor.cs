using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>Replays one dead letter otherwise than it was: another text, another agent, or only as a shadow. Shows what differs before it is done.</summary>
public sealed partial class EditDialog
{
    private readonly HashSet<int> _left = [];
    private JsonObject _was = [];
    private IReadOnlyList<string> _files = [];
    private string? _text;

    // beside what the field holds: its value must not come back under the fingers while it is typed
    private string? _now;
    private string? _agent;
    private bool _shadow;

    /// <summary>The dead letter.</summary>
    [Parameter, EditorRequired]
    public required DeadLetterDetail Letter { get; set; }

    /// <summary>On whose behalf it is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>The tenant's agents.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Choice> Agents { get; set; } = [];

    /// <summary>It shall be shown no more.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    /// <summary>The replay has begun.</summary>
    [Parameter, EditorRequired]
    public EventCallback<LetterReplayed> Begun { get; set; }

    [Inject]
    private ReplayLetter Replay { get; set; } = default!;

    /// <summary>What would be sent.</summary>
    private JsonObject Edited
    {
        get
        {
            var edited = (JsonObject)_was.DeepClone();
            if (string.IsNullOrEmpty(_now)) edited.Remove("text");
            else edited["text"] = _now;
            if (edited["attachments"] is not JsonArray files) return edited;
            foreach (var index in _left.OrderDescending()) files.RemoveAt(index);
            if (files.Count == 0) edited.Remove("attachments");
            return edited;
        }
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _was = JsonObject.Create(Letter.Payload) ?? [];
        _now = _text = _was["text"]?.GetValueKind() == JsonValueKind.String ? _was["text"]!.GetValue<string>() : null;
        _files = [.. (_was["attachments"] as JsonArray ?? []).Select(f => f?["name"]?.ToString() ?? "without a name")];
    }

    private void Leave(int index, bool left)
    {
        if (left) _left.Add(index);
        else _left.Remove(index);
    }

    private async Task<FormResult> ReplayAsync()
    {
        var body = new JsonObject { ["shadow"] = _shadow };
        if (_agent is not null) body["agent"] = _agent;
        if (!_shadow) body["payload"] = Edited;
        var result = await Replay.RunAsync(await Caller(), Letter.Id, JsonSerializer.SerializeToElement(body));
        if (result.Value is not { } begun) return FormResult.From(result);
        await Begun.InvokeAsync(begun);
        return FormResult.Saved(begun.Shadow is null ? "It is being handled again." : "The agent is asked.");
    }
}
