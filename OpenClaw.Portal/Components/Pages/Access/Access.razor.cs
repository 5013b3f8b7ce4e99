using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Components.Pages.Access;

/// <summary>Says to everybody what they may do, out of the table that is checked by.</summary>
public sealed partial class Access
{
    private static readonly TenantRole[] AllRoles = [TenantRole.Viewer, TenantRole.Operator, TenantRole.Admin];

    [Inject]
    private MemberQueries Members { get; set; } = default!;

    private Caller? Me { get; set; }

    private IReadOnlyList<string>? Admins { get; set; }

    private string RoleWord => AllRoles.Last(r => Roles.ScopesOf(r).All(Me!.May)).ToString();

    private string Article => RoleWord is ['A' or 'O', ..] ? "an" : "a";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Me = await CallerAsync();
        Admins = await Members.AdminsAsync(Me.Tenant);
    }
}
