using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>One channel: how it does, its settings, its secrets, its code, its end.</summary>
public sealed partial class ChannelPage
{
    private bool _loaded;
    private bool _busy;
    private bool _mayOperate;
    private Guid _of;

    /// <summary>The channel.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Shown { get; set; }

    [Inject]
    private ChannelQueries Queries { get; set; } = default!;

    [Inject]
    private ChannelStatusQuery Statuses { get; set; } = default!;

    [Inject]
    private ChannelKinds Kinds { get; set; } = default!;

    [Inject]
    private SaveChannel Save { get; set; } = default!;

    [Inject]
    private RotateSecret Rotation { get; set; } = default!;

    [Inject]
    private RestartChannel Restart { get; set; } = default!;

    [Inject]
    private DeleteChannel Delete { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private QueueQueries Backlog { get; set; } = default!;

    private ChannelView? View { get; set; }

    private QueueView? Queue { get; set; }

    private ChannelStatus? Status { get; set; }

    private IChannelKind? Kind => View is null ? null : Kinds.Find(View.Kind);

    /// <summary>Those of use with the saved settings, and those that are set all the same.</summary>
    private IReadOnlyList<string> Needed => View is not { } view || Kind is not { } kind ? []
        : [.. kind.Secrets.Where(s => kind.UseOf(s, JsonSerializer.SerializeToElement(view.Settings)) != SecretUse.None || view.Secrets.GetValueOrDefault(s) is { Set: true })];

    private string Purpose => Status is { State: "failing", Connection: { State: not ConnectionView.Connected } } ? $"{Kind?.Title ?? View?.Kind}. It is not connected." : $"{Kind?.Title ?? View?.Kind}. {(Status?.Detail is { } detail ? $"{detail} {Status.Fix}" : "Takes messages and passes them on.")}";

    private IReadOnlyList<Tab> Parts
    {
        get
        {
            var parts = new List<Tab> { new("", "Overview"), new("settings", "Settings") };
            if (Kind is { Secrets.Count: > 0 }) parts.Add(new("secrets", "Secrets"));
            if (View?.Kind == "websocket") parts.Add(new("embed", "Embed"));
            if (MayChange) parts.Add(new("danger", "Delete"));
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
        if (_of == Id) return;
        _of = Id;
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        if (View is null) return;
        var status = await Statuses.GetAsync(TenantId, Id, Gone);
        if (status is null || Status?.State != status.State || Catalog.FindChannel(Id)?.Name != View.Name) await LoadAsync();
        else Status = status;
        if (Part.Length == 0) Queue = await Backlog.GetAsync(TenantId, Id, Gone);
    }

    private async Task LoadAsync()
    {
        View = await LoadViewAsync();
        Status = View is null ? null : await Statuses.GetAsync(TenantId, Id, Gone);
        if (Status is null) View = null;
        Queue = await Backlog.GetAsync(TenantId, Id, Gone);
        _loaded = true;
    }

    private Task<ChannelView?> LoadViewAsync() => Queries.GetAsync(TenantId, Id, Gone);

    private async Task TakeAsync(ChannelView view)
    {
        View = view;
        Status = await Statuses.GetAsync(TenantId, Id, Gone) ?? Status;
    }

    private async Task SwitchAsync()
    {
        if (View is not { } view) return;
        await DoAsync(async caller =>
        {
            var result = await Save.PatchAsync(caller, Id, JsonSerializer.SerializeToElement(new { enabled = !view.Enabled }));
            if (result.Status == AdminStatus.Done) Toasts.Show(view.Enabled ? "The channel is off: its connections are closed." : "The channel is on.");
            else Toasts.Fail(FormResult.From(result).Fault ?? "It could not be switched: its settings are wrong. See Settings.");
            await LoadAsync();
        });
    }

    private Task RestartAsync() => DoAsync(async caller =>
    {
        var result = await Restart.RunAsync(caller, Id);
        if (result.Value is { } done) Toasts.Show(done.Connections == 0 ? "Restarted. No connection was open." : $"Restarted: {done.Connections} {(done.Connections == 1 ? "connection comes" : "connections come")} back in a moment.");
        else Toasts.Fail("The channel is gone.");
    });

    private async Task<IReadOnlyDictionary<string, string[]>?> ReplaceAsync(string name, string? value)
    {
        var patch = new JsonObject { ["secrets"] = new JsonObject { [name] = value } };
        var result = await Save.PatchAsync(await CallerAsync(), Id, JsonSerializer.SerializeToElement(patch));
        if (result.Value is { } view) await TakeAsync(view);
        return result.Status == AdminStatus.Done ? null : FormResult.From(result).Errors ?? new Dictionary<string, string[]> { [""] = [FormResult.From(result).Fault ?? "It was not saved."] };
    }

    private async Task<AdminResult<SecretView>> RotateAsync(string name, double hours)
    {
        var result = await Rotation.OfChannelAsync(await CallerAsync(), Id, name, hours);
        if (result.Status == AdminStatus.Done && await LoadViewAsync() is { } view) await TakeAsync(view);
        return result;
    }

    private async Task DeleteAsync()
    {
        if (View is not { } view) return;
        if (!await Confirm.AskAsync($"Delete the channel “{view.Name}”?", "Its connections are closed and its secrets are gone. Conversations stay readable. This cannot be undone.", "Delete", danger: true, typedName: view.Name)) return;
        await DoAsync(async caller =>
        {
            var result = await Delete.RunAsync(caller, Id);
            if (result.Status is AdminStatus.Done or AdminStatus.NotFound)
            {
                Toasts.Show($"“{view.Name}” is deleted.");
                Navigation.NavigateTo($"{Base}/channels");
            }
            else
            {
                Toasts.Fail(result.Reason ?? "It was not deleted: somebody changed it at the same time. Try again.");
            }
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
