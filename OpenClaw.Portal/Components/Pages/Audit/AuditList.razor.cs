using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Audit;

/// <summary>Who did what, of one tenant or of all: filters and the open entry stand in the address.</summary>
public sealed partial class AuditList
{
    private (AuditFilter, Guid?)? _loaded;
    private bool _shown;

    /// <summary>The list's address.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The open entry.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    /// <summary>On whose behalf it is read; asked for every step.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>Tenants to choose from, where all are seen.</summary>
    [Parameter]
    public IReadOnlyList<Choice>? Tenants { get; set; }

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Who { get; set; }

    [SupplyParameterFromQuery]
    private string? Action { get; set; }

    [SupplyParameterFromQuery]
    private string? Target { get; set; }

    [SupplyParameterFromQuery]
    private string? Tenant { get; set; }

    [SupplyParameterFromQuery]
    private string? Since { get; set; }

    [SupplyParameterFromQuery]
    private string? Until { get; set; }

    [Inject]
    private AuditQueries Queries { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<AuditView>? Items { get; set; }

    private AuditView? Entry { get; set; }

    private string? Next { get; set; }

    private string? Fault { get; set; }

    private bool IsFiltered => Wanted() != new AuditFilter();

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Wanted(), Id);
        if (wanted == _loaded) return;
        var listed = _loaded?.Item1 == wanted.Item1;
        _loaded = wanted;
        Fault = Unreadable();
        if (Fault is not null) (Items, Next) = ([], null);
        else if (!listed) await LoadAsync(wanted.Item1);
        Entry = Id is { } id ? Items?.FirstOrDefault(e => e.Id == id) ?? await Queries.GetAsync(await Caller(), id) : null;
        _shown = Id is not null;
    }

    private async Task LoadAsync(AuditFilter filter)
    {
        var page = await Queries.ListAsync(await Caller(), filter, new(PageRequest.DefaultLimit));
        (Items, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(await Caller(), Wanted(), new(PageRequest.DefaultLimit, Next));
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }

    private AuditFilter Wanted() => new()
    {
        Text = Text, Who = Who, Action = Action, Target = Guid.TryParse(Target, out var target) ? target : null, Since = Time(Since), Until = Time(Until),
        Tenant = Tenants is not null && Guid.TryParse(Tenant, out var tenant) ? tenant : null,
    };

    private string? Unreadable() =>
        Target is { Length: > 0 } && !Guid.TryParse(Target, out _) ? "The address names something by an id that is none."
        : (Since is { Length: > 0 } && Time(Since) is null) || (Until is { Length: > 0 } && Time(Until) is null) ? "The address names a time that cannot be read."
        : null;

    private void Close() => Navigation.NavigateTo(Base + new Uri(Navigation.Uri).Query);

    private string AddressOf(Guid entry) => $"{Base}/{entry}{new Uri(Navigation.Uri).Query}";

    private string? TenantName(Guid tenant) => Tenants?.FirstOrDefault(t => t.Value == tenant.ToString())?.Text;

    /// <summary>The id stands above, the time too.</summary>
    private static JsonObject? Telling(JsonObject? fields)
    {
        if (fields?.DeepClone() is not JsonObject telling) return null;
        telling.Remove("id");
        telling.Remove("createdAt");
        return telling;
    }

    private static string NameOf(AuditActor actor) => actor.Kind == "system" ? "The gateway itself" : actor.Name;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
