using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>Tries a message, typed or taken from what people wrote, on the draft or on what is live.</summary>
public sealed partial class TesterTab
{
    private const int PageSize = 100;
    private const int MostCharacters = 60;
    private IReadOnlyList<RecentMessage> _recent = [];
    private RouteExplanation? _said;
    private string? _channel, _subject, _text, _user, _fault;
    private bool _attachment, _group, _ready, _asked, _draft = true;
    private int _most = PageSize;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The rules as drafted.</summary>
    [Parameter, EditorRequired]
    public required DraftView Draft { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The message that was taken.</summary>
    [Parameter]
    public Guid? Message { get; set; }

    [Inject]
    private EvaluateRules Evaluate { get; set; } = default!;

    [Inject]
    private RecentMessages Recent { get; set; } = default!;

    [Inject]
    private ICatalog Catalog { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>The chosen channel can have conversations of several people.</summary>
    private bool MayBeGroup => Guid.TryParse(_channel, out var id) && Catalog.FindChannel(id) is { } channel && ConversationKinds.Of(channel.Kind).Contains(ConversationKinds.Group);

    private bool IsMail => Guid.TryParse(_channel, out var id) && Catalog.FindChannel(id) is { Kind: "email" };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _channel = Names.Channels(TenantId) is [var first, ..] ? first.Id.ToString() : null;
        _recent = await Recent.ListAsync(TenantId, 20);
        if (_recent.FirstOrDefault(r => r.Id == Message) is { } taken) Take(taken);
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        _ready = true;
        StateHasChanged();
    }

    private async Task PickAsync(ChangeEventArgs change)
    {
        var taken = Guid.TryParse(change.Value as string, out var id) ? _recent.FirstOrDefault(r => r.Id == id) : null;
        Navigation.SetQuery(("message", taken?.Id.ToString()));
        if (taken is null) return;
        Take(taken);
        await TryAsync();
    }

    private void Take(RecentMessage taken) => (_channel, _subject, _text, _user, _attachment, _group) = (taken.Channel.ToString(), taken.Subject, taken.Text, taken.User, taken.HasAttachment, taken.IsGroup);

    private async Task TryAsync()
    {
        _asked = Draft.Exists && _draft;
        var channel = Guid.TryParse(_channel, out var id) ? id : Guid.Empty;
        var result = await Evaluate.RunAsync(TenantId, new(channel, _text ?? "", _user?.Trim(), _attachment, _asked, _group && MayBeGroup, IsMail ? _subject : null));
        (_said, _most) = (result.Value, PageSize);
        _fault = result.Value is null ? string.Join(" ", result.Errors.SelectMany(e => e.Value)) : null;
    }

    private string Short(RecentMessage message)
    {
        var text = message.Text.ReplaceLineEndings(" ");
        if (text.Length > MostCharacters) text = text[..(char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)] + "…";
        return $"{(string.IsNullOrEmpty(message.UserName) ? message.User : message.UserName)}: {(text.Length == 0 ? "(no text)" : text)} · {Names.Channel(message.Channel)}";
    }
}
