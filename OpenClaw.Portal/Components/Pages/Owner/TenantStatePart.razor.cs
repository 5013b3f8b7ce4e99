using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>Suspends, resumes and deletes a tenant.</summary>
public sealed partial class TenantStatePart : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _stop = new();
    private string? _reason;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required TenantView Tenant { get; set; }

    /// <summary>On whose behalf, asked for every step.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>Raised when it was suspended or resumed.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private SaveTenant Save { get; set; } = default!;

    [Inject]
    private DeleteTenant Delete { get; set; } = default!;

    [Inject]
    private TenantRemoval Removal { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private RemovalProgress? Progress { get; set; }

    private string? Fault { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override void OnInitialized() => Progress = Removal.Progress(Tenant.Id);

    private async Task<FormResult> SuspendAsync()
    {
        try
        {
            var result = await Save.SuspendAsync(await Caller(), Tenant.Id, _reason);
            if (result.Value is null) return FormResult.From(result);
            _reason = null;
            await OnChanged.InvokeAsync();
            return FormResult.Saved("The tenant is suspended.");
        }
        catch (ForbiddenException fault)
        {
            return FormResult.Failed(fault.Message);
        }
    }

    private async Task ResumeAsync()
    {
        try
        {
            var result = await Save.ResumeAsync(await Caller(), Tenant.Id);
            Fault = result.Value is null ? result.Reason ?? "The tenant is gone." : null;
            if (result.Value is not null) Toasts.Show("The tenant goes on.");
            await OnChanged.InvokeAsync();
        }
        catch (ForbiddenException fault)
        {
            Fault = fault.Message;
        }
    }

    private async Task DeleteAsync()
    {
        if (!await Confirm.AskAsync(
            $"Delete the tenant “{Tenant.Name}”?", "All its conversations, files and settings are removed for good, and its people lose their place in it. Type its slug to go on.", "Delete it", danger: true, typedName: Tenant.Slug))
            return;
        try
        {
            Fault = null;
            var deleting = Delete.RunAsync(await Caller(), Tenant.Id, cancellationToken: _stop.Token);
            await WatchAsync(deleting);
            var result = await deleting;
            if (result.Status is AdminStatus.Done or AdminStatus.NotFound)
            {
                Toasts.Show($"The tenant “{Tenant.Name}” is deleted.");
                Navigation.NavigateTo("owner/tenants");
                return;
            }

            (Progress, Fault) = (null, result.Reason ?? "Somebody changed the tenant at the same time. Look at it again, and delete it once more.");
        }
        catch (ForbiddenException fault)
        {
            Fault = fault.Message;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone; the removal goes on
        }
    }

    private async Task WatchAsync(Task deleting)
    {
        using var timer = new PeriodicTimer(Look, Time);
        while (!deleting.IsCompleted)
        {
            await Task.WhenAny(deleting, timer.WaitForNextTickAsync(_stop.Token).AsTask());
            Progress = Removal.Progress(Tenant.Id) ?? Progress;
            StateHasChanged();
        }
    }
}
