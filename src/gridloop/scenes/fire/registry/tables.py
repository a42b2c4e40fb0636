"""The columns of the register's four tables, as counties call them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.sheets import Column

CODE = ("编号", "编码", "代码")
POINT = (
    Column("longitude", _("Longitude"), ("经度", "lng", "lon"), _("Degrees; empty where the grid is enough")),
    Column("latitude", _("Latitude"), ("纬度", "lat"), _("Degrees")),
)
PREMISES_CODE = ("场所编号", "场所编码", "单位编号")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what it is called and its columns."""

    title: str | Promise
    columns: tuple[Column, ...]


TABLES: dict[str, Table] = {
    "premises": Table(
        _("Premises"),
        (
            Column("code", _("Premises code"), (*PREMISES_CODE, *CODE), _("Its own code; the same place keeps it"), needed=True),
            Column("name", _("Premises name"), ("场所名称", "单位名称", "名称"), needed=True),
            Column("kind", _("Kind of premises"), ("场所类型", "类型"), _("One of the kinds of the premises page"), needed=True),
            *POINT,
            Column("grid", _("Grid code"), ("网格编码", "网格代码"), _("15 digits; only where there is no point")),
            Column("address", _("Address"), ("地址", "详细地址")),
            Column("owner", _("Owner's name"), ("责任人", "负责人", "消防责任人", "业主")),
            Column("owner_phone", _("Owner's mobile number"), ("责任人电话", "负责人电话", "联系电话", "手机号"), _("11 digits")),
            Column("organisation", _("Organisation code"), ("统一社会信用代码", "组织编码")),
            Column("duty_phone", _("Duty phone"), ("值班电话",)),
            Column("built", _("Year built"), ("建成年份", "建成年代")),
            Column("people", _("People usually inside"), ("常住人数", "人数")),
            Column("electric_bikes", _("E-bikes charged inside"), ("室内充电", "电动车室内充电"), _("1 or 0; empty: not known")),
        ),
    ),
    "devices": Table(
        _("Devices"),
        (
            Column("vendor", _("Vendor code"), ("厂商", "厂商编码", "厂家"), _("As on the vendors page"), needed=True),
            Column("code", _("Device code"), ("设备编号", "设备编码", *CODE), _("As the device itself sends it"), needed=True),
            Column("kind", _("Kind of device"), ("设备类型", "类型"), needed=True),
            Column("premises", _("Premises code"), PREMISES_CODE, _("Empty: it waits to be claimed")),
            Column("panel", _("Panel's device code"), ("所属主机", "主机编号"), _("Of the same vendor")),
            Column("floor", _("Floor"), ("楼层",)),
            Column("spot", _("Where in the premises"), ("安装位置", "位置")),
            Column("claim_key", _("Claim key"), ("认领码", "激活码"), _("As printed on the device")),
            Column("silence", _("Offline after (seconds)"), ("离线时限", "心跳超时"), _("Empty: as usual for its kind")),
            Column("installed", _("Installed on"), ("安装日期",), _("A date like 2025-01-31")),
        ),
    ),
    "cameras": Table(
        _("Cameras"),
        (
            Column("code", _("Camera code"), ("摄像头编号", "国标编码", "设备编码", *CODE), needed=True),
            Column("name", _("Camera name"), ("摄像头名称", "名称"), needed=True),
            Column("longitude", _("Longitude"), ("经度", "lng", "lon"), needed=True),
            Column("latitude", _("Latitude"), ("纬度", "lat"), needed=True),
            Column("premises", _("Premises code"), PREMISES_CODE),
            Column("address", _("Link into the video platform"), ("视频链接", "链接", "播放地址"), _("Begins with http:// or https://")),
        ),
    ),
    "stations": Table(
        _("Micro fire stations"),
        (
            Column("code", _("Station code"), ("站点编号", "微型消防站编号", *CODE), needed=True),
            Column("name", _("Station name"), ("站点名称", "微型消防站名称", "名称"), needed=True),
            Column("longitude", _("Longitude"), ("经度", "lng", "lon"), needed=True),
            Column("latitude", _("Latitude"), ("纬度", "lat"), needed=True),
            Column("crew", _("Crew"), ("人数", "队员人数")),
            Column("equipment", _("Equipment"), ("装备", "器材")),
        ),
    ),
}  # fmt: skip
