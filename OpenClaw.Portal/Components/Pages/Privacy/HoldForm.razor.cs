using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Holds;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Privacy;

/// <summary>A hold's name and reason and, while it is new, what it keeps.</summary>
public sealed partial class HoldForm
{
    private const string OfUser = "user";
    private const string OfChannel = "channel";
    private const string OfSession = "session";
    private static readonly Choice[] Targets =
    [
        new(OfUser, "One person", "Everything that the person wrote, on one channel or on all."),
        new(OfChannel, "One channel", "All conversations that came by it."),
        new(OfSession, "One conversation", "That one alone."),
    ];

    private string? _name;
    private string? _reason;
    private string? _what = OfUser;
    private string? _user;
    private string? _channel;
    private string? _session;

    /// <summary>The hold that is changed; null = a new one.</summary>
    [Parameter]
    public HoldView? Hold { get; set; }

    /// <summary>Filled in at first.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <summary>Filled in at first.</summary>
    [Parameter]
    public Guid? Channel { get; set; }

    /// <summary>Filled in at first.</summary>
    [Parameter]
    public Guid? Session { get; set; }

    /// <summary>Saves the API's body, and says how that ended.</summary>
    [Parameter, EditorRequired]
    public required Func<JsonElement, Task<FormResult>> OnSend { get; set; }

    /// <summary>Thought better of.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    private IReadOnlyList<Choice> Channels { get; set; } = [];

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Channels = ChannelChoices.Of(Catalog, TenantId);
        if (Hold is { } hold) (_name, _reason) = (hold.Name, hold.Reason);
        else (_user, _channel, _session, _what) = (User, Channel?.ToString(), Session?.ToString(), Session is not null ? OfSession : User is null && Channel is not null ? OfChannel : OfUser);
    }

    private async Task<FormResult> SendAsync()
    {
        var body = new JsonObject { ["name"] = _name, ["reason"] = string.IsNullOrWhiteSpace(_reason) ? null : _reason };
        if (Hold is null && _what == OfSession) body["session"] = _session;
        if (Hold is null && _what == OfUser) body["user"] = _user;
        if (Hold is null && _what != OfSession && !string.IsNullOrEmpty(_channel)) body["channel"] = _channel;
        var result = FormResult.NotYet;
        // through the page as receiver, so that it renders what saving changed
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(JsonSerializer.SerializeToElement(body))).InvokeAsync();
        return result;
    }
}
