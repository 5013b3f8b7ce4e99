using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Pages.Access;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>All accounts of the installation; filters are in the address.</summary>
public sealed partial class People
{
    private const int PlacesShown = 3;
    private static readonly IReadOnlyList<Choice> Kinds =
        [new("owner", "Owners"), new("locked", "Locked"), new("password", "Password alone"), new("none", "Without a tenant")];

    private (string?, string?, string?)? _loaded;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Tenant { get; set; }

    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    [Inject]
    private PersonQueries Queries { get; set; } = default!;

    [Inject]
    private ICatalog Catalog { get; set; } = default!;

    private List<PersonView>? Rows { get; set; }

    private string? Next { get; set; }

    private string? Fault { get; set; }

    private IReadOnlyList<Choice> Tenants { get; set; } = [];

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == (Text, Tenant, Kind)) return;
        _loaded = (Text, Tenant, Kind);
        Rows = null;
        Tenants = [.. Catalog.Tenants.OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase).Select(t => new Choice(t.Slug, t.Name))];
        await LoadAsync(after: null);
    }

    private Task MoreAsync() => LoadAsync(Next);

    private async Task LoadAsync(string? after)
    {
        try
        {
            var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, after), new(Text, Tenant, KindOf(Kind)));
            (Rows, Next, Fault) = ([.. after is null ? [] : Rows ?? [], .. page.Items], page.Next, null);
        }
        catch (ForbiddenException fault)
        {
            (Rows, Fault) = ([], fault.Message);
        }
    }

    private static PeopleKind KindOf(string? text) => text switch
    {
        "owner" => PeopleKind.Owner, "locked" => PeopleKind.Locked, "password" => PeopleKind.PasswordOnly, "none" => PeopleKind.WithoutTenant, _ => PeopleKind.Everybody,
    };

    private static string PlacesOf(PersonView person)
    {
        var shown = string.Join(", ", person.Places.Take(PlacesShown).Select(p => $"{p.Name} ({RightsWords.Role(p.Role)})"));
        return person.Places.Count > PlacesShown ? $"{shown} and {Humanize.Count(person.Places.Count - PlacesShown)} more" : shown;
    }

    private static string FactorOf(PersonView person) => person.TwoFactor ? "On" : "Off";
}
