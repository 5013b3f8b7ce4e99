using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Alerts;

/// <summary>What is wrong now, the rules that watch, and what was. <c>?tab=history</c>.</summary>
public sealed partial class Alerts
{
    private const string Past = "history";
    private const double OverlapHours = 24;
    private const int TicksBetweenReads = 5;
    private static readonly Tab[] Parts = [new("", "Rules"), new(Past, "History")];
    private static readonly string[] First = ["circuit_open", "dead_letters", "channel_down", "queue_age"];
    private bool _editing;
    private AlertRuleView? _edited;
    private string? _given;
    private string? _mail;
    private bool _isOwner;
    private int _ticks;
    private IReadOnlyList<Choice> _agents = [];
    private IReadOnlyList<Choice> _channels = [];
    private Made? _secret;
    private Tested? _test;
    private Guid? _testing;

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [Inject]
    private AlertQueries Queries { get; set; } = default!;

    [Inject]
    private AlertBoard Board { get; set; } = default!;

    [Inject]
    private SaveAlertRule Save { get; set; } = default!;

    [Inject]
    private TestAlertRule Tests { get; set; } = default!;

    [Inject]
    private AlertConditions Conditions { get; set; } = default!;

    [Inject]
    private IServiceProvider Services { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private IReadOnlyList<AlertRuleView>? Rules { get; set; }

    private IReadOnlyList<AlertView>? Open { get; set; }

    private string? Next { get; set; }

    private bool MayMail => Services.GetService<IMailer>()?.IsConfigured == true;

    private IEnumerable<AlertConditionInfo> Suggested => First.Select(name => Conditions.All.First(c => c.Name == name));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        var caller = await CallerAsync();
        _isOwner = caller.May(ApiScopeNames.Own);
        _mail = caller.Name.Contains('@', StringComparison.Ordinal) ? caller.Name : null;
        await LoadAsync();
        await ReadOpenAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        if (++_ticks % TicksBetweenReads == 0 || Board.Open(TenantId) != Open?.Count) await ReadOpenAsync();
    }

    private async Task ReadOpenAsync() => Open = (await Queries.HistoryAsync(await CallerAsync(), new(PageRequest.MaxLimit), new(Open: true))).Items;

    private async Task LoadAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit));
        (Rules, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, Next));
        (Rules, Next) = ([.. Rules ?? [], .. page.Items], page.Next);
    }

    private async Task New(string? condition)
    {
        await ChoicesAsync();
        (_edited, _given, _editing) = (null, condition, true);
    }

    private async Task EditAsync(AlertRuleView rule)
    {
        await ChoicesAsync();
        (_edited, _given, _editing) = (await Queries.GetAsync(await CallerAsync(), rule.Id) ?? rule, null, true);
    }

    private async Task ChoicesAsync()
    {
        _agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
        _channels = [.. Names.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];
    }

    private async Task<FormResult> SaveAsync(JsonElement body)
    {
        var caller = await CallerAsync();
        var result = _edited is { } rule ? await Save.PatchAsync(caller, rule.Id, body, rule.Version) : await Save.CreateAsync(caller, body);
        if (result.Status == AdminStatus.Stale) return FormResult.Failed("Somebody else has changed the rule meanwhile: close this and edit it again.");
        if (result.Value is not { } saved) return FormResult.From(result);
        if (saved.Secrets.Values.FirstOrDefault(s => s.Value is not null) is { Value: { } value }) _secret = new(saved.Name, value, null);
        var note = _edited is null ? $"“{saved.Name}” watches from now on." : $"“{saved.Name}” is saved.";
        _editing = false;
        await LoadAsync();
        return FormResult.Saved(note);
    }

    private async Task SetAsync(AlertRuleView rule, bool on)
    {
        var result = await Save.PatchAsync(await CallerAsync(), rule.Id, JsonSerializer.SerializeToElement(new JsonObject { ["enabled"] = on }));
        if (result.Status == AdminStatus.Done) Toasts.Show(on ? $"“{rule.Name}” watches again." : $"“{rule.Name}” is switched off; its open alerts end.");
        else Toasts.Fail(FormResult.From(result).Fault ?? $"“{rule.Name}” was not changed.");
        await LoadAsync();
    }

    private async Task TestAsync(AlertRuleView rule)
    {
        _testing = rule.Id;
        try
        {
            var result = await Tests.RunAsync(await CallerAsync(), rule.Id, Gone);
            _test = result.Value is { } done ? new(rule.Name, done) : new(rule.Name, new(false, "The rule was deleted meanwhile."));
        }
        finally
        {
            _testing = null;
        }
    }

    private async Task RotateAsync(AlertRuleView rule)
    {
        if (!await Confirm.AskAsync($"Make a new secret for “{rule.Name}”?", "For 24 hours notices are signed with both, so that nothing breaks while you exchange it.", "Make a new secret")) return;
        var result = await Save.RotateAsync(await CallerAsync(), rule.Id, AlertMeans.SigningSecret, OverlapHours);
        if (result.Value is { Value: { } value } made) _secret = new(rule.Name, value, made.PreviousUntil);
        else Toasts.Fail($"“{rule.Name}” has no secret any more.");
        await LoadAsync();
    }

    private async Task DeleteAsync(AlertRuleView rule)
    {
        if (!await Confirm.AskAsync($"Delete “{rule.Name}”?", "Its history is deleted too. To keep that, switch the rule off instead.", "Delete", danger: true)) return;
        var result = await Save.DeleteAsync(await CallerAsync(), rule.Id);
        if (result.Status == AdminStatus.Done) Toasts.Show($"“{rule.Name}” is deleted.");
        else Toasts.Fail($"“{rule.Name}” was gone already.");
        await LoadAsync();
        await ReadOpenAsync();
    }

    private string Words(AlertRuleView rule)
    {
        var title = Conditions.All.FirstOrDefault(c => c.Name == rule.Condition)?.Title ?? rule.Condition;
        List<string> only = title == rule.Name ? [] : [title];
        if (Guid.TryParse((string?)rule.Settings["agent"], out var agent)) only.Add(Names.Agent(agent)!);
        if (Guid.TryParse((string?)rule.Settings["channel"], out var channel)) only.Add(Names.Channel(channel));
        return string.Join(" · ", only);
    }

    private static string QuietWords(AlertRuleView rule) => rule.Quiet is { } quiet ? $"{quiet["from"]} to {quiet["to"]} ({quiet["zone"]})" : "Never";

    /// <summary>The address without the host: the viewer may have come another way than by the public one.</summary>
    private string PageOf(AlertView alert) => Uri.TryCreate(alert.Url, UriKind.Absolute, out var url) ? url.PathAndQuery : $"{Base}/alerts";

    private sealed record Made(string Name, string Value, DateTimeOffset? PreviousUntil);

    private sealed record Tested(string Name, AlertTestResult Result);
}
