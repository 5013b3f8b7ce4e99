using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>One rule of the draft, or a new one.</summary>
public sealed partial class RuleEditor
{
    private static readonly IReadOnlyList<Choice> Attachments = [new("yes", "With an attachment"), new("no", "Without one")];
    private static readonly IReadOnlyList<Choice> Conversations = [new("private", "Private conversations"), new("group", "Groups"), new("mail", "Mail threads"), new("socket", "Web chats")];

    private static readonly IReadOnlyList<Choice> Outcomes =
    [
        new(RuleForm.ToAgent, "An agent answers", "The message goes to that agent.", "agent"),
        new(RuleForm.ToPool, "An agent of a pool answers", "One of several shares the work.", "members"),
        new(RuleForm.ToCapable, "Whoever is good at it", "By what the message wants.", "route"),
        new(RuleForm.ToNobody, "Nobody answers", "The message is kept and dropped.", "close"),
    ];

    private RuleForm? _form;
    private JsonObject _loaded = [];
    private string _token = "";
    private DraftRule? _theirs;
    private bool _deleted, _gone, _mayEdit, _warn;
    private ElementReference _warned;
    private int _places = 1;

    /// <summary>Set once: what the reader opened stays open while they clear a field in it.</summary>
    private bool? _more;
    private decimal? _place = 1;
    private IReadOnlyList<Choice> _channels = [], _kinds = [], _agents = [], _intents = [], _pools = [];

    /// <summary>The rule; null for a new one.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    [Inject]
    private RoutingDrafts Drafts { get; set; } = default!;

    [Inject]
    private RuleNaming Naming { get; set; } = default!;

    [Inject]
    private TenantNames TenantNames { get; set; } = default!;

    [Inject]
    private ChannelKinds Kinds { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private RuleNames Names => Naming.Names;

    private static IReadOnlyList<Choice> Languages => RuleNaming.Languages;

    private string Title => Id is null ? "New rule" : _form is null ? "Rule" : _loaded["name"]?.GetValue<string>() is { Length: > 0 } name ? name : "Rule";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _mayEdit = (await CallerAsync()).May(ApiScopeNames.Configure);
        _channels = [.. TenantNames.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];
        _agents = [.. (await TenantNames.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
        _pools = [.. (await TenantNames.PoolsAsync(TenantId)).Select(p => new Choice(p.Id.ToString(), p.Name))];
        _intents = [.. Catalog.FindIntents(TenantId).Intents.Select(i => new Choice(i.Name, i.Name))];
        _kinds = [.. Kinds.All.Select(k => new Choice(k.Kind, k.Title))];
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_warn) return;
        _warn = false;
        await _warned.FocusAsync(); // it stands above the form, the button that led to it below
    }

    private async Task LoadAsync()
    {
        var rules = (await Drafts.GetAsync(TenantId)).Rules.ToList();
        (_theirs, _deleted) = (null, false);
        if (Id is not { } id)
        {
            (_form, _places, _place) = (new RuleForm(), rules.Count + 1, rules.Count + 1);
            _loaded = _form.ToBody();
            return;
        }
        var at = rules.FindIndex(r => r.Rule.Id == id);
        if (_gone = at < 0) return;
        // one that is gone stays chosen until somebody chooses another: saving says that it is gone
        if (rules[at].Rule.Match.Intent is { } intent && !_intents.Any(i => i.Value == intent)) _intents = [.. _intents, new Choice(intent, intent)];
        (_form, _token, _loaded, _places, _place) = (RuleForm.Of(rules[at].Rule), rules[at].Token, RuleJson.Of(rules[at].Rule), rules.Count, at + 1);
    }

    private async Task<FormResult> SaveAsync()
    {
        var body = _form!.ToBody();
        var adds = Id is null || _deleted;
        if (adds) body["position"] = (int)_place!.Value - 1;
        var input = JsonSerializer.SerializeToElement(body);
        var caller = await CallerAsync();
        var outcome = adds ? await Drafts.AddAsync(caller, input, Id) : await Drafts.ChangeAsync(caller, Id!.Value, _token, input);
        switch (outcome.Status)
        {
            case DraftStatus.Invalid:
                return FormResult.Invalid(outcome.Errors);
            case DraftStatus.ChangedByOther:
                (_theirs, _deleted, _warn) = (outcome.Rule, false, true);
                return FormResult.NotYet;
            case DraftStatus.DeletedByOther:
                (_deleted, _warn) = (true, true);
                return FormResult.NotYet;
            default:
                if (!adds) await Drafts.MoveAsync(caller, Id!.Value, (int)_place!.Value - 1);
                Navigation.NavigateTo($"{Base}/routing");
                return FormResult.Saved("Saved in the draft. Publish it to make it live.");
        }
    }

    private void TakeMerged(JsonObject merged)
    {
        (_form, _loaded, _token, _theirs) = (RuleForm.Of(merged), RuleJson.Of(_theirs!.Rule), _theirs.Token, null);
    }

    private static bool HasMore(RuleForm rule) =>
        rule is not { All: null or { Count: 0 }, Keywords: null or { Count: 0 }, Users: null or { Count: 0 }, ChannelKinds: null or { Count: 0 }, ConversationKinds: null or { Count: 0 } }
        || !string.IsNullOrEmpty(rule.Regex) || !string.IsNullOrEmpty(rule.Command) || rule.Language is not null || rule.Attachment is not null || rule.OnlyWhenUnassigned;

    private static string FieldName(string path) => RuleNaming.Field(path);
}
