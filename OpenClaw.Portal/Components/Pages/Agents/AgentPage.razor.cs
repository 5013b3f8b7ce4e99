using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Agents;

/// <summary>One agent: how it does, what leads to it, its settings, its secrets, test calls, its end.</summary>
public sealed partial class AgentPage
{
    private bool _loaded;
    private bool _busy;
    private bool _mayOperate;
    private Guid _of;

    /// <summary>The agent.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Shown { get; set; }

    [Inject]
    private AgentQueries Queries { get; set; } = default!;

    [Inject]
    private AgentStatusQuery Statuses { get; set; } = default!;

    [Inject]
    private AgentUses Users { get; set; } = default!;

    [Inject]
    private AgentKinds Kinds { get; set; } = default!;

    [Inject]
    private SaveAgent Save { get; set; } = default!;

    [Inject]
    private RotateSecret Rotation { get; set; } = default!;

    [Inject]
    private DeleteAgent Delete { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private QueueQueries Backlog { get; set; } = default!;

    private AgentView? View { get; set; }

    private QueueView? Queue { get; set; }

    private AgentStatus? Status { get; set; }

    private IReadOnlyList<AgentUse> Uses { get; set; } = [];

    private IAgentKind? Kind => View is null ? null : Kinds.Find(View.Kind);

    /// <summary>Some are named after settings: those of the servers of tools.</summary>
    private IReadOnlyList<string> SecretNames => View is null ? [] : Kind?.SecretsOf(JsonSerializer.SerializeToElement(View.Settings)) ?? [];

    private IReadOnlyList<Tab> Parts
    {
        get
        {
            var parts = new List<Tab> { new("", "Overview"), new("settings", "Settings") };
            if (SecretNames.Count > 0) parts.Add(new("secrets", "Secrets"));
            if (MayChange) parts.AddRange([new("test", "Test call"), new("danger", "Delete")]);
            return parts;
        }
    }

    private string Part => Parts.Any(p => p.Value == Shown) ? Shown! : "";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _mayOperate = (await CallerAsync()).May(ApiScopeNames.Operate);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_of != Id) View = null;
        _of = Id;
        if (View is null || Part is "" or "danger") await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        if (View is null) return;
        var status = Statuses.Get(TenantId, Id);
        if (status?.State != Status?.State || Catalog.FindAgent(Id)?.Name != View.Name) await LoadAsync();
        else Status = status;
        if (Part.Length == 0) Queue = await Backlog.GetAsync(TenantId, Id, Gone);
    }

    private async Task LoadAsync()
    {
        View = await LoadViewAsync();
        Status = Statuses.Get(TenantId, Id);
        Uses = View is null ? [] : await Users.OfAsync(TenantId, Id, Gone);
        Queue = await Backlog.GetAsync(TenantId, Id, Gone);
        _loaded = true;
    }

    private Task<AgentView?> LoadViewAsync() => Queries.GetAsync(TenantId, Id, Gone);

    private string AddressOf(AgentUse use) => use.Kind switch
    {
        "default" => $"{Base}/settings",
        "channel" => $"{Base}/channels/{use.Id}?tab=settings",
        "pool" => $"{Base}/agents/pools/{use.Id}",
        _ => $"{Base}/routing?rule={use.Id}",
    };

    private static string WordsOf(AgentUse use) => use.Kind switch
    {
        "default" => "It is the default agent (Settings)",
        "channel" => $"Own agent of the channel “{use.Name}”",
        "pool" => $"Member of the pool “{use.Name}”",
        _ => $"Target of the rule “{use.Name}”",
    };

    private Task SwitchAsync() => DoAsync(async caller =>
    {
        var result = await Save.PatchAsync(caller, Id, JsonSerializer.SerializeToElement(new { enabled = !View!.Enabled }));
        if (result.Status == AdminStatus.Done) Toasts.Show(View.Enabled ? "The agent is off: it gets no further messages. What it works on is still answered." : "The agent is on.");
        else Toasts.Fail(FormResult.From(result).Fault ?? "It could not be switched: its settings are wrong. See Settings.");
        await LoadAsync();
    });

    private async Task<IReadOnlyDictionary<string, string[]>?> ReplaceAsync(string name, string? value)
    {
        var patch = new JsonObject { ["secrets"] = new JsonObject { [name] = value } };
        var result = await Save.PatchAsync(await CallerAsync(), Id, JsonSerializer.SerializeToElement(patch));
        if (result.Value is { } view) View = view;
        return result.Status == AdminStatus.Done ? null : FormResult.From(result).Errors ?? new Dictionary<string, string[]> { [""] = [FormResult.From(result).Fault ?? "It was not saved."] };
    }

    private async Task<AdminResult<SecretView>> RotateAsync(string name, double hours)
    {
        var result = await Rotation.OfAgentAsync(await CallerAsync(), Id, name, hours);
        if (result.Status == AdminStatus.Done) View = await LoadViewAsync();
        return result;
    }

    private async Task DeleteAsync()
    {
        if (View is not { } view) return;
        if (!await Confirm.AskAsync($"Delete the agent “{view.Name}”?", "Its secrets are gone. Conversations stay readable. This cannot be undone.", "Delete", danger: true, typedName: view.Name)) return;
        await DoAsync(async caller =>
        {
            var result = await Delete.RunAsync(caller, Id);
            if (result.Status is AdminStatus.Done or AdminStatus.NotFound)
            {
                Toasts.Show($"“{view.Name}” is deleted.");
                Navigation.NavigateTo($"{Base}/agents");
                return;
            }

            Toasts.Fail(result.Reason ?? "It was not deleted: somebody changed it at the same time. Try again.");
            await LoadAsync();
        });
    }

    private async Task DoAsync(Func<Caller, Task> step)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            await step(await CallerAsync());
        }
        catch (ForbiddenException refused)
        {
            Toasts.Fail(refused.Message);
        }
        finally
        {
            _busy = false;
        }
    }
}
